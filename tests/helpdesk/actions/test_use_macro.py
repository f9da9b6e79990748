"""A macro: all that it says, as one act, and one undo of it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from helpdesk.actions.change_checklist import add_item
from helpdesk.actions.change_ticket import change_priority
from helpdesk.actions.edit_canned_reply import CannedReplyDraft, add_canned_reply
from helpdesk.actions.edit_custom_field import FieldDraft, add_custom_field
from helpdesk.actions.edit_tags import rename_tag
from helpdesk.actions.set_custom_field import set_custom_fields
from helpdesk.actions.set_up import add_mailbox
from helpdesk.actions.undo_change import newest_change, undo_change
from helpdesk.actions.use_macro import checked_macro, use_macro
from helpdesk.actor import SYSTEM, Actor
from helpdesk.db import Database
from helpdesk.errors import InvalidInput, NotAllowed, NotFound
from helpdesk.models import CannedReply, Tag, Ticket
from helpdesk.queries.canned_replies import canned_replies, offered_on, one_canned_reply
from helpdesk.queries.custom_fields import known_fields, on_ticket
from helpdesk.queries.ticket import ticket_page
from helpdesk.tickets.access import actor_of
from helpdesk.vocabulary import MailboxRight, Role
from tests.support.factories import NOW, Shop

LATER = NOW + timedelta(minutes=5)
ALL = CannedReplyDraft(
    "Wait for DHL",
    "",
    status_after="in_progress",
    assignee="me",
    priority="high",
    tags=("Lost", "dhl"),
    snooze_hours="48",
    note="Asked about {{ ticket.number }}.",
)


def make(database: Database, shop: Shop, draft: CannedReplyDraft = ALL) -> int:
    with database.transaction() as session:
        return add_canned_reply(session, shop.agent, draft, now=NOW).id


def test_all_that_it_says_is_one_act_and_undone_by_one(
    database: Database, shop: Shop, ticket: Ticket
) -> None:
    macro = make(database, shop)
    with database.transaction() as session:
        done = use_macro(session, shop.agent, ticket.number, macro, now=LATER)
        change = newest_change(session, shop.agent, done, LATER)
    with database.reading() as session:
        page = ticket_page(session, shop.agent, ticket.number)
        line = page.history[-1]
        assert (line.field, line.new_value, line.can_be_undone) == ("macro", ALL.name, True)
        assert [part.field for part in line.parts] == [
            *("status", "assignee", "priority", "tag", "snooze"),
        ]
        assert page.ticket.snoozed_until == LATER + timedelta(hours=48)
        assert [tag.name for tag in page.ticket.tags] == ["dhl", "Lost"]
        assert page.comments[-1].text == f"Asked about {ticket.number}."
        assert page.comments[-1].internal
        assert session.get_one(CannedReply, macro).used_count == 1
    assert change
    with database.transaction() as session:
        undo_change(session, shop.agent, ticket.number, change, now=LATER + timedelta(minutes=1))
    with database.reading() as session:
        page = ticket_page(session, shop.agent, ticket.number)
        now = page.ticket
        assert (now.status, now.priority, now.assignee) == ("open", "medium", None)
        assert (now.tags, now.snoozed_until) == ((), None)
        assert not any(one.internal for one in page.comments)
        assert not page.history[-1].can_be_undone
        assert [line.field for line in page.history][-2:] == ["macro", "macro"]
        found = session.get_one(CannedReply, macro)
        assert (found.used_count, found.used_at) == (0, None), "an undo takes its use back"


def test_what_was_changed_since_is_not_undone(
    database: Database, shop: Shop, ticket: Ticket
) -> None:
    macro = make(database, shop)
    with database.transaction() as session:
        done = use_macro(session, shop.agent, ticket.id, macro, now=NOW)
        change = newest_change(session, shop.agent, done, NOW)
        change_priority(session, shop.agent, ticket.id, "urgent", now=LATER)
    assert change
    with database.transaction() as session, pytest.raises(InvalidInput):
        undo_change(session, shop.agent, ticket.id, change, now=LATER)


def test_it_fills_in_fields_adds_to_the_checklist_and_moves_it(
    database: Database, shop: Shop, ticket: Ticket
) -> None:
    with database.transaction() as session:
        repairs = add_mailbox(session, SYSTEM, "repairs@shop.example", name="Repairs", now=NOW)
        for one in (FieldDraft("Kind", "", "choice", None, ("Gift", "For us")), FieldDraft("Size")):
            add_custom_field(session, shop.admin, one, now=NOW)
        add_item(session, shop.agent, ticket.id, "Ask for a photo", now=NOW)
        set_custom_fields(session, shop.agent, ticket.id, {"kind": "For us"}, now=NOW)
    items, address = ("Order the part", "Ask for a photo", " "), repairs.address
    draft = CannedReplyDraft("Repair", "", custom={"kind": "gift", "size": ""}, checklist=items,
                             moves_to=address)  # fmt: skip
    macro = make(database, shop, draft)
    with database.transaction() as session:
        done = use_macro(session, shop.agent, ticket.id, macro, now=LATER)
        change = newest_change(session, shop.agent, done, LATER)
    with database.reading() as session:
        page = ticket_page(session, shop.agent, ticket.number)
        assert [one.text for one in page.checklist] == ["Ask for a photo", "Order the part"]
        assert page.ticket.mailbox_address == address
        line = page.history[-1]
        parts = [part.field for part in line.parts]
        assert (line.field, parts) == ("macro", ["custom_field", "checklist", "mailbox"])
        fields = known_fields(session, shop.agent)
        filled = on_ticket(session, fields, ticket.id, repairs.id)
        assert [one.shown for one in filled] == ["Gift", ""]
    assert change
    with database.transaction() as session:
        undo_change(session, shop.agent, ticket.number, change, now=LATER + timedelta(minutes=1))
    with database.reading() as session:
        page = ticket_page(session, shop.agent, ticket.number)
        assert [one.text for one in page.checklist] == ["Ask for a photo"]
        assert page.ticket.mailbox_address == shop.mailbox.address
        assert on_ticket(session, fields, ticket.id, shop.mailbox.id)[0].shown == "For us"


def test_a_macro_that_moves_to_an_unseen_mailbox_is_not_there(
    database: Database, shop: Shop, ticket: Ticket
) -> None:
    with database.transaction() as session:
        box = add_mailbox(session, SYSTEM, "repairs@shop.example", name="Repairs", now=NOW)
    macro = make(database, shop, CannedReplyDraft("To repairs", "", moves_to=str(box.id)))
    rights = ((shop.mailbox.id, MailboxRight.ANSWER),)
    here = Actor(shop.agent.person_id, Role.AGENT, rights=rights)
    with database.transaction() as session:
        assert offered_on(session, here, ticket.number) == ()
        assert canned_replies(session, here) == ()
        with pytest.raises(NotFound):
            one_canned_reply(session, here, macro)
        with pytest.raises(NotFound):
            use_macro(session, here, ticket.id, macro, now=NOW)
        with pytest.raises(InvalidInput):
            checked_macro(session, here, macro)
        draft = CannedReplyDraft("Mine", "", mailbox_id=shop.mailbox.id, moves_to=str(box.id))
        with pytest.raises(InvalidInput) as problem:
            add_canned_reply(session, here, draft, now=NOW)
        assert problem.value.field == "moves_to"
        sees = Actor(here.person_id, Role.AGENT, rights=(*rights, (box.id, MailboxRight.SEE)))
        with pytest.raises(InvalidInput):
            use_macro(session, sees, ticket.id, macro, now=NOW)


def test_where_all_is_so_already_the_history_has_no_line(
    database: Database, shop: Shop, ticket: Ticket
) -> None:
    macro = make(database, shop, CannedReplyDraft("High", "", priority="medium"))
    with database.transaction() as session:
        done = use_macro(session, shop.agent, ticket.id, macro, now=NOW)
        assert newest_change(session, shop.agent, done, NOW) is None


def test_an_answer_is_no_macro_and_customers_use_none(
    database: Database, shop: Shop, ticket: Ticket
) -> None:
    answer = make(database, shop, CannedReplyDraft("Hello", "Hello"))
    macro = make(database, shop)
    with database.transaction() as session:
        with pytest.raises(InvalidInput):
            use_macro(session, shop.agent, ticket.id, answer, now=NOW)
        with pytest.raises(InvalidInput):
            checked_macro(session, shop.agent, answer)
        with pytest.raises(NotAllowed):
            use_macro(session, actor_of(shop.ann), ticket.id, macro, now=NOW)


def test_variables_of_its_items_are_filled_in(
    database: Database, shop: Shop, ticket: Ticket
) -> None:
    items = ("Tell {{ customer.name }} of *{{ ticket.number }}*", "{{ order.number }}: refund",
             "About {{ ticket.subject }}")  # fmt: skip
    macro = make(database, shop, CannedReplyDraft("Refund", "", checklist=items))
    subject = "As * it [is](x) " * 30
    with database.transaction() as session:
        session.get_one(Ticket, ticket.id).subject = subject
        use_macro(session, shop.agent, ticket.id, macro, now=LATER)
    with database.reading() as session:
        page = ticket_page(session, shop.agent, ticket.number)
        assert [one.text for one in page.checklist] == [
            f"Tell [customer name?] of *{ticket.number}*",
            "[order number?]: refund",
            f"About {subject}"[:300].rstrip(),
        ]


@pytest.mark.parametrize(
    ("field", "draft"),
    [
        ("text", CannedReplyDraft("Nothing", "")),
        ("snooze_hours", CannedReplyDraft("Long", "", snooze_hours="9999")),
        ("snooze_hours", CannedReplyDraft("Done", "", snooze_hours="1", status_after="resolved")),
        ("tags", CannedReplyDraft("Quoted", "", tags=('a"b',))),
        ("note", CannedReplyDraft("Unknown", "", note="{{ nobody }}")),
        ("checklist", CannedReplyDraft("Long", "", checklist=("x" * 301,))),
        ("checklist", CannedReplyDraft("Unknown", "", checklist=("Tell {{ nobody }}",))),
        ("checklist", CannedReplyDraft("Inserts", "", checklist=('{{ text "Unknown" }}',))),
        ("checklist", CannedReplyDraft("Many", "", checklist=tuple(map(str, range(51))))),
        ("custom_fields.size", CannedReplyDraft("Unknown", "", custom={"size": "S"})),
        ("moves_to", CannedReplyDraft("Gone", "", moves_to="none@shop.example")),
        ("moves_to", CannedReplyDraft("Says", "Hello", moves_to="support@shop.example")),
    ],
)
def test_what_no_macro_can_do_is_not_saved(
    database: Database, shop: Shop, field: str, draft: CannedReplyDraft
) -> None:
    with database.transaction() as session, pytest.raises(InvalidInput) as problem:
        add_canned_reply(session, shop.agent, draft, now=NOW)
    assert problem.value.field == field


def test_a_tag_that_is_renamed_is_renamed_in_it(
    database: Database, shop: Shop, ticket: Ticket
) -> None:
    macro = make(database, shop)
    with database.transaction() as session:
        use_macro(session, shop.agent, ticket.id, macro, now=NOW)
        tag = session.query(Tag).filter(Tag.folded == "lost").one()
        admin = Actor(shop.agent.person_id, Role.ADMIN)
        rename_tag(session, admin, tag.id, "missing", now=NOW)
        assert session.get_one(CannedReply, macro).tags == ["dhl", "missing"]


def test_an_undo_takes_back_its_own_use_alone_and_what_did_nothing_counts_none(
    database: Database, shop: Shop, ticket: Ticket
) -> None:
    macro = make(database, shop, CannedReplyDraft("Urgent", "", priority="urgent"))
    with database.transaction() as session:
        for _ in range(2):
            done = use_macro(session, shop.agent, ticket.id, macro, now=NOW)
        assert session.get_one(CannedReply, macro).used_count == 1
        change_priority(session, shop.agent, ticket.id, "low", now=NOW)
        done = use_macro(session, shop.agent, ticket.id, macro, now=LATER)
        change = newest_change(session, shop.agent, done, LATER)
        assert change
        undo_change(session, shop.agent, ticket.id, change, now=LATER + timedelta(minutes=1))
        found = session.get_one(CannedReply, macro)
        assert (found.used_count, found.used_at) == (1, NOW)

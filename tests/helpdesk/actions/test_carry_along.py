"""What a merge carries besides messages, and what taking apart gives back."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from helpdesk.actions.change_people import add_person_to, take_person_off
from helpdesk.actions.change_tags import change_tags
from helpdesk.actions.edit_custom_field import FieldDraft, add_custom_field
from helpdesk.actions.merge_tickets import merge_tickets, take_apart
from helpdesk.actions.reply import Answer, reply
from helpdesk.actions.save_draft import save_draft
from helpdesk.actions.set_custom_field import set_custom_fields
from helpdesk.actions.set_mailbox_rights import set_mailbox_rights
from helpdesk.actions.set_up import add_mailbox
from helpdesk.actions.side_conversation import (
    SideMessage,
    start_side_conversation,
    write_in_side_conversation,
)
from helpdesk.actions.snooze import snooze
from helpdesk.actions.undo_change import newest_change, undo_change
from helpdesk.actor import SYSTEM
from helpdesk.db import Database
from helpdesk.errors import InvalidInput
from helpdesk.models import Change, DraftKind, Participant, Person, SidePerson, Ticket
from helpdesk.queries.drafts import drafts_on
from helpdesk.queries.ticket import ticket_page
from helpdesk.tickets.access import actor_of
from helpdesk.tickets.custom_fields import all_fields, values_on
from helpdesk.tickets.drafts import DraftContent, find_draft
from helpdesk.tickets.snoozing import Snooze, snooze_of
from helpdesk.tickets.tags import MOST, tags_on
from tests.helpdesk.mails import comments_of, mail, outbox, participants_of, receive
from tests.support.factories import NOW, Shop, make_person, make_ticket

LATER, SOON, LATE = (NOW + timedelta(minutes=5), NOW + timedelta(days=1), NOW + timedelta(days=9))


@pytest.fixture
def two(database: Database, shop: Shop) -> tuple[int, int]:
    """Ann's, and Bob's into which it is merged."""
    with database.transaction() as session:
        return make_ticket(session, shop.ann).id, make_ticket(session, shop.bob).id


def names(session: Session, ticket_id: int) -> list[str]:
    return [tag.name for tag in tags_on(session, [ticket_id]).get(ticket_id, ())]


def merge(
    database: Database, shop: Shop, one: int, into: int, at: datetime = LATER
) -> tuple[int, int]:
    """Merge them; the row of the history by which it is undone, and what has it."""
    with database.transaction() as session:
        goes_on = merge_tickets(session, shop.agent, one, into, now=at)
        return goes_on.id, newest_change(session, shop.agent, goes_on, at) or 0


@pytest.mark.parametrize("by_history", [False, True])
def test_tags_go_along_and_come_off_again(
    database: Database, shop: Shop, two: tuple[int, int], by_history: bool
) -> None:
    old, new = two
    with database.transaction() as session:
        change_tags(session, shop.agent, old, add=["leak", "VIP"], now=NOW)
        change_tags(session, shop.agent, new, add=["vip", "late"], now=NOW)
    _, change = merge(database, shop, old, new)
    with database.transaction() as session:
        assert names(session, new) == ["late", "leak", "VIP"]
        page = ticket_page(session, shop.agent, str(new))
        (line,) = [one for one in page.history if one.field == "merged"]
        assert [(part.field, part.new_value) for part in line.parts] == [("tag", "leak")]
        assert [one.created_at for one in page.history].count(LATER) == 1, "one line"
        if by_history:
            undo_change(session, shop.agent, new, change, now=LATER + timedelta(seconds=1))
        else:
            take_apart(session, shop.agent, old, now=LATER + timedelta(seconds=1))
        assert (names(session, old), names(session, new)) == (["leak", "VIP"], ["late", "VIP"])


def filled(session: Session, ticket_id: int) -> dict[str, str]:
    fields = all_fields(session)
    values = values_on(session, fields, [ticket_id]).get(ticket_id, {})
    return {one.key: values[one.id].shown for one in fields if one.id in values}


@pytest.mark.parametrize("by_history", [False, True])
def test_what_stands_in_fields_goes_along_where_nothing_stands(
    database: Database, shop: Shop, two: tuple[int, int], by_history: bool
) -> None:
    old, new = two
    with database.transaction() as session:
        for name in ("Size", "Serial", "Shop"):
            add_custom_field(session, shop.admin, FieldDraft(name), now=NOW)
        has = {"size": "XL", "serial": "A1", "shop": "Kiel"}
        set_custom_fields(session, shop.agent, old, has, now=NOW)
        set_custom_fields(session, shop.agent, new, {"size": "S"}, now=NOW)
        change_tags(session, shop.agent, old, add=["leak"], now=NOW)
    _, change = merge(database, shop, old, new)
    with database.transaction() as session:
        assert filled(session, new) == {"size": "S", "serial": "A1", "shop": "Kiel"}
        line = ticket_page(session, shop.agent, str(new)).history[-1]
        parts = [(part.field, part.about, part.new_value) for part in line.parts]
        assert parts[1:] == [("custom_field", "Serial", "A1"), ("custom_field", "Shop", "Kiel")]
        set_custom_fields(session, shop.agent, new, {"shop": "Bonn"}, now=LATER)
    with database.transaction() as session:
        if by_history:
            undo_change(session, shop.agent, new, change, now=LATER + timedelta(minutes=1))
        else:
            take_apart(session, shop.agent, old, now=LATER + timedelta(minutes=1))
    with database.reading() as session:
        assert filled(session, new) == {"size": "S", "shop": "Bonn"}
        assert filled(session, old) == has
        assert names(session, new) == []


def test_a_tag_that_somebody_put_on_again_stays(
    database: Database, shop: Shop, two: tuple[int, int]
) -> None:
    old, new = two
    with database.transaction() as session:
        change_tags(session, shop.agent, old, add=["leak", "mould"], now=NOW)
        change_tags(
            session, shop.agent, new, add=[f"t{number:02}" for number in range(MOST - 2)], now=NOW
        )
    merge(database, shop, old, new)
    with database.transaction() as session:
        assert len(names(session, new)) == MOST
        change_tags(session, shop.agent, new, remove=["leak"], now=LATER)
        change_tags(session, shop.agent, new, add=["leak"], now=LATER)
        take_apart(session, shop.agent, old, now=LATER)
        assert {"leak", "mould"} & set(names(session, new)) == {"leak"}
        change_tags(session, shop.agent, new, add=["more"], now=LATER)
    merge(database, shop, old, new, LATER + timedelta(hours=1))
    with database.reading() as session:
        assert len(names(session, new)) == MOST, "there is no room for more"


def test_from_a_row_of_merges_the_tags_of_one_come_off(
    database: Database, shop: Shop, two: tuple[int, int]
) -> None:
    old, new = two
    with database.transaction() as session:
        third = make_ticket(session, shop.ann).id
        change_tags(session, shop.agent, old, add=["leak"], now=NOW)
        change_tags(session, shop.agent, new, add=["late"], now=NOW)
    merge(database, shop, old, new)
    merge(database, shop, new, third)
    with database.transaction() as session:
        assert names(session, third) == ["late", "leak"]
        take_apart(session, shop.agent, old, now=LATER)
        assert (names(session, old), names(session, third)) == (["leak"], ["late"])
        take_apart(session, shop.agent, new, now=LATER)
        assert (names(session, new), names(session, third)) == (["late"], [])


@pytest.mark.parametrize(
    ("came", "here", "answered", "then"),
    [
        (SOON, LATE, False, SOON),
        (LATE, SOON, False, SOON),
        (SOON, None, True, SOON),
        (SOON, None, False, None),
        (None, LATE, False, None),
        (None, LATE, True, LATE),
    ],
)
def test_they_sleep_until_the_sooner_time(
    database: Database,
    shop: Shop,
    two: tuple[int, int],
    came: datetime | None,
    here: datetime | None,
    answered: bool,
    then: datetime | None,
) -> None:
    old, new = two
    with database.transaction() as session:
        if answered:
            for one in two:
                reply(session, shop.agent, one, Answer("We look."), now=NOW)
        for one, until in ((old, came), (new, here)):
            if until:
                snooze(session, shop.agent, one, Snooze(until), now=NOW)
    merge(database, shop, old, new)
    with database.transaction() as session:
        assert snooze_of(session.get_one(Ticket, new)) == (Snooze(then) if then else None)
        take_apart(session, shop.agent, old, now=LATER + timedelta(minutes=1))
        found = [snooze_of(session.get_one(Ticket, one)) for one in two]
        assert found == [Snooze(one) if one else None for one in (came, here)]


def test_drafts_of_who_does_not_see_the_other_one_stay_away(
    database: Database, shop: Shop, two: tuple[int, int]
) -> None:
    old, new = two
    with database.transaction() as session:
        box = add_mailbox(session, SYSTEM, "returns@shop.example", name="Returns", now=NOW)
        session.get_one(Ticket, new).mailbox_id = box.id
        kim = make_person(session, "kim@shop.example", "agent")
        set_mailbox_rights(session, shop.admin, kim.id, {shop.mailbox.id: "answer"}, now=NOW)
        for one in (actor_of(kim), shop.agent):
            save_draft(session, one, DraftKind.NOTE, old, DraftContent("A secret"), now=NOW)
        kim_id = kim.id
    merge(database, shop, old, new)
    with database.transaction() as session:
        (shown,) = drafts_on(session, [new])[new]
        assert shown.person_id == shop.agent.person_id
        assert find_draft(session, kim_id, DraftKind.NOTE, new) is None
        assert find_draft(session, kim_id, DraftKind.NOTE, old)
        take_apart(session, shop.agent, old, now=LATER)
        assert len(drafts_on(session, [old])[old]) == 2


def test_neither_side_reads_the_other_after_a_merge_or_its_undo(
    database: Database, shop: Shop, two: tuple[int, int]
) -> None:
    """Bob is in copy on Ann's, is taken off while merged, and asked aside: then it is apart."""
    old, new = two
    with database.transaction() as session:
        zoe = make_person(session, "zoe@mail.example").id
        add_person_to(session, shop.agent, old, zoe, now=NOW)
        asked = SideMessage("Where is it?", to="info@carrier.example", subject="Parcel 1Z99")
        made = start_side_conversation(session, shop.agent, old, asked, now=NOW)
        side_id = made.side_conversation_id or 0
        carrier = session.query(SidePerson).one().person_id
        with pytest.raises(InvalidInput):
            add_person_to(session, shop.agent, old, carrier, now=NOW)
        session.add(
            Participant(ticket_id=new, person_id=carrier, role="copy", pending=True, added_at=NOW)
        )
    with database.transaction() as session, pytest.raises(InvalidInput):
        merge_tickets(session, shop.agent, old, new, now=NOW)
    with database.transaction() as session:
        session.query(Participant).filter_by(person_id=carrier).delete()
    merge(database, shop, old, new)
    with database.transaction() as session:
        take_person_off(session, shop.agent, new, zoe, now=LATER)
        more = SideMessage("You, too?", to="zoe@mail.example", known_customers=None)
        write_in_side_conversation(session, shop.agent, new, side_id, more, now=LATER)
        reply(session, shop.agent, new, Answer("For customers alone."), now=LATER)
        take_apart(session, shop.agent, old, now=LATER)
        reply(session, shop.agent, old, Answer("For customers alone."), now=LATER)
    assert set(participants_of(database, old)) == {shop.ann.id}
    assert comments_of(database, old)[-2].side_conversation_id == side_id
    answers = [one for one in outbox(database) if one.template == "comment_added_customer"]
    assert {one.recipient for one in answers} == {"ann@mail.example", "bob@mail.example"}
    for one in outbox(database, "side_message_outside"):
        assert "For customers" not in str(one.values)
    token = outbox(database, "side_message_outside")[-1].reply_to
    filed = receive(database, mail("zoe@mail.example", "Re", "Between us.", to=[token]))
    assert filed.ticket_id == old
    said = comments_of(database, old)[-1]
    assert (said.internal, said.side_conversation_id) == (True, side_id)


def test_who_asks_is_not_asked_aside_by_taking_apart(
    database: Database, shop: Shop, two: tuple[int, int]
) -> None:
    old, new = two
    with database.transaction() as session:
        asked = SideMessage("Where is it?", to="info@carrier.example", subject="Parcel 1Z99")
        made = start_side_conversation(session, shop.agent, old, asked, now=NOW)
        side_id = made.side_conversation_id or 0
    merge(database, shop, old, new)
    with database.transaction() as session:
        take_person_off(session, shop.agent, new, shop.ann.id, now=LATER)
        more = SideMessage("And you?", to="ann@mail.example")
        write_in_side_conversation(session, shop.agent, new, side_id, more, now=LATER)
        before = session.query(Change).count()
    with database.transaction() as session:
        with pytest.raises(InvalidInput) as refused:
            take_apart(session, shop.agent, old, now=LATER)
        assert refused.value.field == "into"
        assert session.query(Change).count() == before
        assert session.get_one(Person, shop.ann.id).active

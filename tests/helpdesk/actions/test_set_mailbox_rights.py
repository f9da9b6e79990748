"""Which mailboxes an agent has: who may say so, and what becomes of what they had."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.actions.add_note import add_note
from helpdesk.actions.change_ticket import assign, change_priority, change_status
from helpdesk.actions.create_ticket import TicketDraft, create_ticket
from helpdesk.actions.edit_person import change_role
from helpdesk.actions.reply import Answer, reply
from helpdesk.actions.report_undelivered import report_undelivered
from helpdesk.actions.send_notifications import send_notifications
from helpdesk.actions.set_mailbox_rights import set_mailbox_rights
from helpdesk.actions.set_up import add_mailbox
from helpdesk.actor import SYSTEM, Actor
from helpdesk.db import Database
from helpdesk.errors import InvalidInput, NotAllowed, NotFound
from helpdesk.models import Mailbox, OutboundMail, Person
from helpdesk.queries.history import history
from helpdesk.queries.ticket import ticket_page
from helpdesk.tickets.access import actor_of
from tests.helpdesk.actions.administration import logged
from tests.helpdesk.mails import outbox
from tests.support.factories import NOW, Shop, make_person, make_shop, make_ticket


@pytest.fixture
def shop(database: Database) -> Shop:
    return make_shop(database)


def other_box(session: Session) -> Mailbox:
    return add_mailbox(session, SYSTEM, "other@shop.example", name="Other", now=NOW)


def now_as(session: Session, actor: Actor) -> Actor:
    """The actor with the rights of now."""
    return actor_of(session.get_one(Person, actor.person_id))


def give(session: Session, shop: Shop, rights: dict[int, str] | None) -> int:
    agent_id = shop.agent.person_id
    assert agent_id
    return set_mailbox_rights(session, shop.admin, agent_id, rights, now=NOW)


def test_only_an_admin_says_it_of_an_agent(database: Database, shop: Shop) -> None:
    agent_id, admin_id = shop.agent.person_id, shop.admin.person_id
    assert agent_id
    assert admin_id
    with database.transaction() as session:
        with pytest.raises(NotAllowed):
            set_mailbox_rights(session, shop.agent, agent_id, None, now=NOW)
        for whom, rights in (
            (admin_id, {shop.mailbox.id: "see"}),
            (shop.ann.id, {}),
            (agent_id, {99: "see"}),
            (agent_id, {shop.mailbox.id: "everything"}),
        ):
            with pytest.raises(InvalidInput) as refused:
                set_mailbox_rights(session, shop.admin, whom, rights, now=NOW)
            assert refused.value.field == "mailboxes"
        give(session, shop, {shop.mailbox.id: "see"})
        give(session, shop, {shop.mailbox.id: "see"})  # already so
        give(session, shop, {})
        give(session, shop, None)
        lines = [line[2:] for line in logged(session) if line[1] == "mailboxes"]
    assert lines == [
        ("all mailboxes", "support@shop.example: see"),
        ("support@shop.example: see", "none"),
        ("none", "all mailboxes"),
    ]


def test_each_right_includes_those_before_it(database: Database, shop: Shop) -> None:
    with database.transaction() as session:
        ticket = make_ticket(session, shop.ann)
        give(session, shop, {shop.mailbox.id: "see"})
        reader = now_as(session, shop.agent)
        assert ticket_page(session, reader, ticket.number).ticket.id == ticket.id
        for change in (
            lambda: change_priority(session, reader, ticket.id, "high", now=NOW),
            lambda: reply(session, reader, ticket.id, Answer("Hello"), now=NOW),
            lambda: add_note(session, reader, ticket.id, text="Hello", now=NOW),
            lambda: assign(session, reader, ticket.id, reader.person_id, now=NOW),
        ):
            with pytest.raises(NotAllowed):
                change()
        give(session, shop, {shop.mailbox.id: "answer"})
        change_priority(session, now_as(session, shop.agent), ticket.id, "high", now=NOW)
        give(session, shop, {other_box(session).id: "manage"})
        with pytest.raises(NotFound):
            change_priority(session, now_as(session, shop.agent), ticket.id, "low", now=NOW)
        with pytest.raises(NotFound):
            ticket_page(session, now_as(session, shop.agent), ticket.number)


def test_admins_have_all_whatever_they_had_before(database: Database, shop: Shop) -> None:
    agent_id = shop.agent.person_id
    assert agent_id
    with database.transaction() as session:
        ticket = make_ticket(session, shop.ann)
        give(session, shop, {})
        change_role(session, shop.admin, agent_id, "admin", now=NOW)
        assert now_as(session, shop.agent).sees_all
        assert ticket_page(session, now_as(session, shop.agent), ticket.number)


def test_what_they_have_and_see_no_longer_is_nobodys(database: Database, shop: Shop) -> None:
    agent_id = shop.agent.person_id
    with database.transaction() as session:
        box = other_box(session)
        kept, gone, closed = (make_ticket(session, shop.ann) for _ in range(3))
        draft = TicketDraft("Elsewhere", "Hello", mailbox_id=box.id)
        elsewhere = create_ticket(session, actor_of(shop.ann), draft, now=NOW)
        for one in (kept, gone, closed, elsewhere):
            assign(session, shop.admin, one, agent_id, now=NOW)
        for status in ("resolved", "closed"):
            change_status(session, shop.admin, closed, status, now=NOW)
        assert give(session, shop, {box.id: "answer"}) == 2
        session.flush()
        assert (gone.assignee_id, kept.assignee_id, elsewhere.assignee_id) == (None, None, agent_id)
        assert closed.assignee_id == agent_id


def test_a_ticket_goes_to_nobody_who_does_not_see_it(database: Database, shop: Shop) -> None:
    with database.transaction() as session:
        ticket = make_ticket(session, shop.ann)
        give(session, shop, {})
        with pytest.raises(InvalidInput) as refused:
            assign(session, shop.admin, ticket, shop.agent.person_id, now=NOW)
        assert refused.value.field == "assignee"


def test_a_ticket_goes_to_nobody_who_may_only_read_it(database: Database, shop: Shop) -> None:
    agent_id = shop.agent.person_id
    with database.transaction() as session:
        ticket = make_ticket(session, shop.ann)
        assign(session, shop.admin, ticket, agent_id, now=NOW)
        assert give(session, shop, {shop.mailbox.id: "see"}) == 1
        session.flush()
        assert ticket.assignee_id is None
        assert "may only read this mailbox now" in history(session, ticket.id)[-1].reason
        with pytest.raises(InvalidInput) as refused:
            assign(session, shop.admin, ticket, agent_id, now=NOW)
        assert refused.value.field == "assignee"
        assert "may only read" in refused.value.message
        give(session, shop, {shop.mailbox.id: "answer"})
        assign(session, shop.admin, ticket, agent_id, now=NOW)
        session.flush()
        assert ticket.assignee_id == agent_id


def test_nobody_is_mailed_of_what_they_do_not_see(database: Database, shop: Shop) -> None:
    with database.transaction() as session:
        mia = make_person(session, "mia@shop.example", "agent")
        ticket = make_ticket(session, shop.ann)
        # Of a ticket that was theirs, too: what was to be told is told to nobody.
        assign(session, shop.admin, ticket, shop.agent.person_id, now=NOW)
        add_note(session, shop.admin, ticket, text="@agent @mia look", now=NOW)
        answer = reply(session, shop.agent, ticket, Answer("Hello"), now=NOW)
        give(session, shop, {})
        mail_id = session.scalars(select(OutboundMail.id).filter_by(comment_id=answer.id)).one()
        assert report_undelivered(session, mail_id, "failed", "no such user", now=NOW) is None
        add_note(session, shop.admin, ticket, text="@agent once more", now=NOW)
        reply(session, actor_of(shop.ann), ticket, Answer("Any news?"), now=NOW)
        send_notifications(session, now=NOW)
        assert mia.address
    told = {one.recipient for one in outbox(database)}
    assert "mia@shop.example" in told
    assert "agent@shop.example" not in told


def test_what_waits_to_tell_of_a_mailbox_that_is_taken_does_not_leave(
    database: Database, shop: Shop
) -> None:
    with database.transaction() as session:
        box, agent_id = other_box(session), shop.agent.person_id
        kept = make_ticket(session, shop.ann)
        draft = TicketDraft("Elsewhere", "Hello", mailbox_id=box.id)
        gone = create_ticket(session, actor_of(shop.ann), draft, now=NOW)
        for ticket in (kept, gone):
            assign(session, shop.admin, ticket, agent_id, now=NOW)
        # One by one at first, then in a digest; the last of these is of the mailbox that is kept.
        for number in range(4):
            for ticket in (gone, kept):
                add_note(session, shop.admin, ticket, text=f"@agent look {number}", now=NOW)
        send_notifications(session, now=NOW)
        give(session, shop, {shop.mailbox.id: "manage"})
    mails = [one for one in outbox(database) if one.recipient == "agent@shop.example"]
    told = {(one.ticket_id, one.state) for one in mails if one.ticket_id}
    assert told == {(kept.id, "queued"), (gone.id, "cancelled")}
    [digest] = [one for one in mails if one.template == "digest_staff"]
    assert digest.state == "queued"
    assert {event["number"] for event in digest.values["events"]} == {kept.number}
    with database.transaction() as session:
        give(session, shop, {})
    assert {one.state for one in outbox(database) if one.recipient == "agent@shop.example"} == {
        "cancelled"
    }

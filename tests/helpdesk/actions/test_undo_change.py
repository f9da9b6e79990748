"""Undoing the change of a field, and saying later why it was made."""

from __future__ import annotations

from datetime import timedelta

import pytest

from helpdesk.actions.change_people import add_person_to, change_requester, take_person_off
from helpdesk.actions.change_ticket import assign, change_priority, change_status, change_subject
from helpdesk.actions.link_order import change_order
from helpdesk.actions.merge_tickets import merge_tickets
from helpdesk.actions.reply import Answer, reply
from helpdesk.actions.save_order import save_order
from helpdesk.actions.undo_change import give_reason, newest_change, undo_change
from helpdesk.db import Database
from helpdesk.errors import InvalidInput, NotAllowed, NotFound, TicketMerged
from helpdesk.models import ParticipantRole, Ticket
from helpdesk.queries.history import history
from helpdesk.tickets.access import actor_of
from helpdesk.tickets.orders import OrderDetails
from helpdesk.tickets.participants import add_participant
from tests.helpdesk.mails import mail, now_of, participants_of, receive, ticket_of
from tests.support.factories import NOW, Shop

LATER = NOW + timedelta(minutes=1)


def newest(database: Database, ticket: Ticket) -> int:
    with database.reading() as session:
        return history(session, ticket.id)[-1].id


def undo(database: Database, shop: Shop, ticket: Ticket, change_id: int | None = None) -> None:
    change_id = change_id or newest(database, ticket)
    with database.transaction() as session:
        undo_change(session, shop.agent, ticket.id, change_id, now=LATER)


def test_each_field_goes_back(database: Database, shop: Shop, ticket: Ticket) -> None:
    with database.transaction() as session:
        assign(session, shop.admin, ticket.id, shop.agent.person_id, now=NOW)
    with database.transaction() as session:
        assign(session, shop.admin, ticket.id, shop.admin.person_id, now=NOW)
    undo(database, shop, ticket)
    assert now_of(database, ticket).assignee_id == shop.agent.person_id
    with database.transaction() as session:
        change_priority(session, shop.agent, ticket.id, "urgent", now=NOW)
    undo(database, shop, ticket)
    assert now_of(database, ticket).priority == "medium"
    with database.reading() as session:
        last = history(session, ticket.id)[-1]
    assert (last.old_value, last.new_value, last.reason) == ("urgent", "medium", "undone")


def test_a_walk_to_a_status_goes_back_in_one(
    database: Database, shop: Shop, ticket: Ticket
) -> None:
    was = now_of(database, ticket).status
    with database.transaction() as session:
        change_status(session, shop.agent, ticket.id, "resolved", now=NOW)
    done = now_of(database, ticket)
    assert (done.status, bool(done.resolved_at)) == ("resolved", True)
    undo(database, shop, ticket)
    again = now_of(database, ticket)
    assert (again.status, again.resolved_at) == (was, None)


def test_an_order_goes_back(database: Database, shop: Shop, ticket: Ticket) -> None:
    with database.transaction() as session:
        for number in ("100", "101"):
            save_order(
                session, shop.admin, number, OrderDetails(customer="ann@mail.example"), now=NOW
            )
    for number in ("100", "101"):
        with database.transaction() as session:
            change_order(session, shop.agent, ticket.id, number, now=NOW)
    undo(database, shop, ticket)
    with database.reading() as session:
        assert session.get_one(Ticket, ticket.id).order.number == "100"


def test_a_subject_goes_back_however_short_it_was(database: Database, shop: Shop) -> None:
    ticket = ticket_of(database, receive(database, mail(subject="Hi", text="It leaks.")))
    with database.transaction() as session:
        change_subject(session, shop.agent, ticket.id, "A leaking kettle", now=NOW)
    undo(database, shop, ticket)
    assert now_of(database, ticket).subject == "Hi"


def test_who_is_in_copy_goes_back_each_by_themselves(
    database: Database, shop: Shop, ticket: Ticket
) -> None:
    with database.transaction() as session:
        add_person_to(session, shop.agent, ticket.id, shop.bob.id, now=NOW)
    added = newest(database, ticket)
    with database.transaction() as session:
        add_person_to(session, shop.agent, ticket.id, shop.admin.person_id or 0, now=NOW)
    undo(database, shop, ticket, added)
    assert set(participants_of(database, ticket.id)) == {shop.ann.id, shop.admin.person_id}
    undo(database, shop, ticket)
    assert shop.bob.id in participants_of(database, ticket.id), "undone in its turn"
    with database.transaction() as session:
        take_person_off(session, shop.agent, ticket.id, shop.bob.id, now=NOW)
    with pytest.raises(InvalidInput, match="changed again since"):
        undo(database, shop, ticket, added)
    undo(database, shop, ticket)
    assert participants_of(database, ticket.id)[shop.bob.id] is False


def test_whom_an_answer_decided_about_is_pending_again(
    database: Database, shop: Shop, ticket: Ticket
) -> None:
    with database.transaction() as session:
        on, copy = session.get_one(Ticket, ticket.id), ParticipantRole.COPY
        add_participant(session, on, shop.bob.id, copy, NOW, pending=True)
    for decided in ({"include": {shop.bob.id}}, {"leave_out": {shop.bob.id}}):
        with database.transaction() as session:
            reply(session, shop.agent, ticket.id, Answer("Soon.", **decided), now=LATER)
        with database.reading() as session:
            last = [one for one in history(session, ticket.id) if one.field == "in_copy"][-1]
            assert last.can_be_undone
        undo(database, shop, ticket, last.id)
        assert participants_of(database, ticket.id)[shop.bob.id] is True


@pytest.mark.parametrize("keep_old", [True, False])
@pytest.mark.parametrize("was_on_it", [True, False])
def test_the_requester_goes_back(
    database: Database, shop: Shop, ticket: Ticket, keep_old: bool, was_on_it: bool
) -> None:
    with database.transaction() as session:
        if was_on_it:
            add_person_to(session, shop.agent, ticket.id, shop.bob.id, now=NOW)
        claimed = session.get_one(Ticket, ticket.id).claimed_name
    with database.transaction() as session:
        change_requester(session, shop.agent, ticket.id, shop.bob.id, keep_old=keep_old, now=LATER)
    undo(database, shop, ticket)
    again = now_of(database, ticket)
    assert (again.requester_id, again.claimed_name) == (shop.ann.id, claimed)
    on_it = participants_of(database, ticket.id)
    assert set(on_it) == ({shop.ann.id, shop.bob.id} if was_on_it else {shop.ann.id})


def test_what_was_changed_again_since_stays(database: Database, shop: Shop, ticket: Ticket) -> None:
    with database.transaction() as session:
        change_priority(session, shop.agent, ticket.id, "high", now=NOW)
    first = newest(database, ticket)
    with database.transaction() as session:
        change_priority(session, shop.admin, ticket.id, "low", now=LATER)
    with pytest.raises(InvalidInput, match="changed again since"):
        undo(database, shop, ticket, first)
    assert now_of(database, ticket).priority == "low"


def test_what_cannot_be_undone_says_so(database: Database, shop: Shop, ticket: Ticket) -> None:
    with database.reading() as session:
        opened = history(session, ticket.id)[0].id
    with pytest.raises(InvalidInput, match="cannot be undone"):
        undo(database, shop, ticket, opened)
    for nonsense in (0, 2**70, -1):
        with pytest.raises(NotFound):
            undo(database, shop, ticket, nonsense or 10**9)
    with database.transaction() as session, pytest.raises(NotAllowed):
        undo_change(session, actor_of(shop.ann), ticket.id, opened, now=NOW)


def test_a_merged_ticket_is_changed_no_more(database: Database, shop: Shop, ticket: Ticket) -> None:
    other = ticket_of(database, receive(database, mail(message_id="other@mail.example")))
    with database.transaction() as session:
        change_priority(session, shop.agent, ticket.id, "high", now=NOW)
    change_id = newest(database, ticket)
    with database.transaction() as session:
        merge_tickets(session, shop.agent, ticket.id, other.id, now=NOW)
    with pytest.raises(TicketMerged):
        undo(database, shop, ticket, change_id)


def test_a_reason_is_given_later_by_who_made_the_change(
    database: Database, shop: Shop, ticket: Ticket
) -> None:
    with database.transaction() as session:
        change_status(session, shop.agent, ticket.id, "resolved", now=LATER)
        change_id = newest_change(session, shop.agent, session.get_one(Ticket, ticket.id), LATER)
    assert change_id == newest(database, ticket)
    with database.transaction() as session:
        give_reason(session, shop.agent, ticket.id, change_id, " They\ncalled ")
    with database.reading() as session:
        walked = [one for one in history(session, ticket.id) if one.created_at == LATER]
    assert {one.reason for one in walked} == {"They called"}
    with database.transaction() as session, pytest.raises(NotFound):
        give_reason(session, shop.admin, ticket.id, change_id, "Not mine")

"""Who may see a ticket, and how an action gets hold of it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy.orm import Session

from helpdesk.actions.add_note import add_note
from helpdesk.actions.change_people import change_requester
from helpdesk.actions.link_order import change_order
from helpdesk.actions.merge_tickets import merge_tickets
from helpdesk.actions.move_mail import move_mail
from helpdesk.actions.send_again import send_again
from helpdesk.actions.take_back import take_back
from helpdesk.actor import SYSTEM, VISITOR, Actor
from helpdesk.db import Database
from helpdesk.errors import NotAllowed, NotFound, TicketMerged
from helpdesk.models import Participant, Ticket
from helpdesk.queries.mails import inbound_mail
from helpdesk.tickets.access import (
    actor_of,
    check_staff,
    find_ticket,
    id_written,
    may_see,
    open_ticket_for_change,
    ticket_for_change,
)
from tests.support.factories import NOW, Shop, make_ticket


@pytest.fixture
def ticket(database: Database, shop: Shop) -> Ticket:
    with database.transaction() as session:
        return make_ticket(session, shop.ann)


def test_a_ticket_is_got_by_id_and_by_number_and_handed_on_as_it_is(
    database: Database, shop: Shop, ticket: Ticket
) -> None:
    with database.transaction() as session:
        for key in (ticket.id, ticket.number, ticket.number.lower(), str(ticket.id)):
            found = ticket_for_change(session, shop.agent, key)
            assert found.id == find_ticket(session, shop.agent, key).id == ticket.id
        assert ticket_for_change(session, shop.agent, found) is found


def test_the_ticket_is_read_anew_under_the_lock(
    database: Database, shop: Shop, ticket: Ticket
) -> None:
    with database.transaction() as session:
        seen = find_ticket(session, shop.agent, ticket.id)
        session.connection().exec_driver_sql("UPDATE ticket SET subject = 'Changed'")
        assert seen.subject == "My kettle leaks"
        assert ticket_for_change(session, shop.agent, ticket.number) is seen
        assert seen.subject == "Changed"


@pytest.mark.parametrize("key", [0, -1, 2**63, "", "0", "x", "9" * 30, "²", "TKT20261123999"])
def test_what_names_no_ticket_is_not_found(database: Database, shop: Shop, key: int | str) -> None:
    with database.transaction() as session:
        for look in (find_ticket, ticket_for_change):
            with pytest.raises(NotFound):
                look(session, shop.agent, key)


def test_another_customers_ticket_is_not_there(
    database: Database, shop: Shop, ticket: Ticket
) -> None:
    ann, bob = actor_of(shop.ann), actor_of(shop.bob)
    by_link = Actor(shop.ann.id, "customer", ticket_id=ticket.id + 1)
    with database.transaction() as session:
        seen = [may_see(session, ticket, one) for one in (ann, bob, by_link, VISITOR, SYSTEM)]
        assert seen == [True, False, False, False, True]
        session.add(Participant(ticket_id=ticket.id, person_id=shop.bob.id, role="copy",
                                pending=True, added_at=NOW))  # fmt: skip
        with pytest.raises(NotFound):
            ticket_for_change(session, bob, ticket.id)
        # Not even to say that it is for staff.
        with pytest.raises(NotFound):
            ticket_for_change(session, bob, ticket.id, staff_only="No.")
        with pytest.raises(NotAllowed, match=r"^No\.$"):
            ticket_for_change(session, ann, ticket.id, staff_only="No.")


def test_staff_pass_and_the_system_where_it_may(
    database: Database, shop: Shop, ticket: Ticket
) -> None:
    for actor in (shop.agent, shop.admin):
        check_staff(actor, "No.")
    check_staff(SYSTEM, "No.", or_system=True)
    for actor in (SYSTEM, VISITOR, actor_of(shop.ann), Actor(shop.agent.person_id, "nobody")):
        with pytest.raises(NotAllowed, match=r"^No\.$"):
            check_staff(actor, "No.")
        if actor != SYSTEM:
            with pytest.raises(NotAllowed):
                check_staff(actor, "No.", or_system=True)
    with database.transaction() as session:
        for get in (ticket_for_change, open_ticket_for_change):
            assert get(session, SYSTEM, ticket.id).id == ticket.id
            assert get(session, SYSTEM, ticket.id, staff_only="No.", or_system=True).id == ticket.id
            with pytest.raises(NotAllowed):
                get(session, SYSTEM, ticket.id, staff_only="No.")


def test_the_system_does_not_act_as_staff_by_accident(
    database: Database, shop: Shop, ticket: Ticket
) -> None:
    """Nobody stands behind Postdesk itself: what staff alone may do needs a person."""
    deeds: list[Callable[[Session], object]] = [
        lambda session: add_note(session, SYSTEM, ticket.id, text="x", now=NOW),
        lambda session: merge_tickets(session, SYSTEM, ticket.id, ticket.number, now=NOW),
        lambda session: change_requester(session, SYSTEM, ticket.id, shop.bob.id, now=NOW),
        lambda session: change_order(session, SYSTEM, ticket.id, "", now=NOW),
        lambda session: move_mail(session, SYSTEM, 1, "new", now=NOW),
        lambda session: take_back(session, SYSTEM, 1, now=NOW),
        lambda session: send_again(session, SYSTEM, 1, now=NOW),
        lambda session: inbound_mail(session, SYSTEM, 1),
    ]
    for deed in deeds:
        with database.transaction() as session, pytest.raises(NotAllowed):
            deed(session)


def test_nobody_writes_where_the_conversation_went_on(
    database: Database, shop: Shop, ticket: Ticket
) -> None:
    with database.transaction() as session:
        other = make_ticket(session, shop.ann)
        merge_tickets(session, shop.agent, ticket.id, other.number, now=NOW)
        assert open_ticket_for_change(session, shop.agent, other.id).id == other.id
        with pytest.raises(TicketMerged, match=other.number):
            open_ticket_for_change(session, shop.agent, ticket.id)
        assert ticket_for_change(session, shop.agent, ticket.id).id == ticket.id


def test_an_id_is_written_in_digits_alone() -> None:
    assert [id_written(text) for text in ("7", "007", "-1", "7 ", "٧", "9" * 19)] == [
        7,
        7,
        0,
        0,
        0,
        0,
    ]

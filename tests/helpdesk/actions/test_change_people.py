"""Who is on a ticket: added, made the requester, or decided about by an answer."""

from __future__ import annotations

from datetime import timedelta

import pytest

from helpdesk.actions.change_people import (
    add_person_to,
    change_requester,
    decide_pending,
    person_named,
    take_person_off,
)
from helpdesk.actions.set_mailbox_rights import set_mailbox_rights
from helpdesk.actions.undo_change import newest_change, undo_change
from helpdesk.actor import Actor
from helpdesk.db import Database
from helpdesk.errors import InvalidInput, NotAllowed
from helpdesk.models import Participant, Person, Ticket
from helpdesk.tickets.access import actor_of
from tests.helpdesk.mails import history_of, now_of, participants_of
from tests.support.factories import NOW, Shop, make_person


def steps(database: Database, ticket: Ticket) -> list[tuple[str, str, str]]:
    return [(c.field, c.old_value, c.new_value) for c in history_of(database, ticket.id)[1:]]


def test_somebody_who_is_added_stands_in_copy_once(
    database: Database, shop: Shop, ticket: Ticket
) -> None:
    with database.transaction() as session:
        for _ in range(2):
            add_person_to(session, shop.agent, ticket.id, shop.bob.id, now=NOW)
    assert participants_of(database, ticket.id) == {shop.ann.id: False, shop.bob.id: False}
    assert steps(database, ticket) == [("in_copy", "", "bob")]


def test_somebody_in_copy_is_taken_off_and_the_requester_is_not(
    database: Database, shop: Shop, ticket: Ticket
) -> None:
    with database.transaction() as session:
        add_person_to(session, shop.agent, ticket.id, shop.bob.id, now=NOW)
        for _ in range(2):
            take_person_off(session, shop.agent, ticket.id, shop.bob.id, now=NOW)
        with pytest.raises(InvalidInput) as refused:
            take_person_off(session, shop.agent, ticket.id, shop.ann.id, now=NOW)
    assert refused.value.field == "person"
    assert participants_of(database, ticket.id) == {shop.ann.id: False}
    assert steps(database, ticket) == [("in_copy", "", "bob"), ("in_copy", "bob", "")]


def test_an_id_names_nobody_of_a_mailbox_that_one_has_not(
    database: Database, shop: Shop, ticket: Ticket
) -> None:
    agent_id = shop.agent.person_id
    assert agent_id
    with database.transaction() as session:
        set_mailbox_rights(session, shop.admin, agent_id, {shop.mailbox.id: "manage"}, now=NOW)
    with database.transaction() as session:
        agent = actor_of(session.get_one(Person, agent_id))
        for change in (add_person_to, change_requester):
            for person_id in (shop.bob.id, 999):
                with pytest.raises(InvalidInput, match="There is nobody") as refused:
                    change(session, agent, ticket.id, person_id, now=NOW)
                assert refused.value.field == "person"
        # An address is known to who types it; and whoever was on the ticket may be put back.
        bob = person_named(session, agent, "bob@mail.example", now=NOW)
        add_person_to(session, agent, ticket.id, bob, now=NOW)
        later = NOW + timedelta(minutes=1)
        take_person_off(session, agent, ticket.id, bob.id, now=later)
        undone = newest_change(session, agent, ticket, later)
        assert undone
        undo_change(session, agent, ticket.id, undone, now=later)
        # Whoever wrote there is known, too.
        change_requester(session, agent, ticket.id, bob.id, keep_old=False, now=later)
        add_person_to(session, agent, ticket.id, shop.ann.id, now=later)
    assert participants_of(database, ticket.id).keys() == {shop.ann.id, shop.bob.id}


def test_an_address_that_staff_type_is_somebodys_or_a_new_customers(
    database: Database, shop: Shop
) -> None:
    with database.transaction() as session:
        assert person_named(session, shop.agent, " Bob@mail.example", now=NOW).id == shop.bob.id
        new = person_named(session, shop.agent, "carrier@parcel.example", now=NOW)
        assert (new.role, new.address) == ("customer", "carrier@parcel.example")
        for typed in ("nobody", "support@shop.example", "a@a <v@v>"):
            with pytest.raises(InvalidInput) as refused:
                person_named(session, shop.agent, typed, now=NOW)
            assert refused.value.field == "person"
        with pytest.raises(NotAllowed):
            person_named(session, actor_of(shop.ann), "more@mail.example", now=NOW)


@pytest.mark.parametrize("keep_old", [True, False])
def test_the_requester_changes_and_the_old_one_stays_or_leaves(
    database: Database, shop: Shop, ticket: Ticket, keep_old: bool
) -> None:
    with database.transaction() as session:
        for _ in range(2):
            change_requester(
                session, shop.agent, ticket.id, shop.bob.id, keep_old=keep_old, now=NOW
            )
    after = now_of(database, ticket)
    assert after.requester_id == shop.bob.id
    assert (shop.ann.id in participants_of(database, ticket.id)) is keep_old
    assert (after.link_generation == ticket.link_generation) is keep_old, "old links die with them"
    assert steps(database, ticket) == [("requester", "ann", "bob")]


def test_an_answer_decides_about_those_it_was_shown(
    database: Database, shop: Shop, ticket: Ticket
) -> None:
    with database.transaction() as session:
        people = [make_person(session, f"p{n}@mail.example") for n in range(3)]
        for person in people:
            session.add(
                Participant(
                    ticket_id=ticket.id,
                    person_id=person.id,
                    role="copy",
                    pending=True,
                    added_at=NOW,
                )
            )
    wanted, unwanted, unseen = (person.id for person in people)
    with database.transaction() as session:
        on = session.get_one(Ticket, ticket.id)
        decide_pending(
            session, on, shop.agent, include={wanted}, leave_out={unwanted, shop.ann.id}, now=NOW
        )
    assert participants_of(database, ticket.id) == {
        shop.ann.id: False,
        wanted: False,
        unseen: True,
    }
    assert steps(database, ticket) == [("in_copy", "", "p0"), ("in_copy", "p1", "")]


def test_nobody_comes_on_whom_mail_cannot_reach(
    database: Database, shop: Shop, ticket: Ticket
) -> None:
    with database.transaction() as session:
        session.get_one(Person, shop.bob.id).active = False
        for person_id in (shop.bob.id, 0, 10**30):
            for change in (add_person_to, change_requester):
                with pytest.raises(InvalidInput) as refused:
                    change(session, shop.agent, ticket.id, person_id, now=NOW)
                assert refused.value.field == "person"


def test_customers_put_nobody_on_a_ticket(database: Database, shop: Shop, ticket: Ticket) -> None:
    by_link = Actor(shop.ann.id, actor_of(shop.ann).role, ticket_id=ticket.id)
    with database.transaction() as session:
        for actor in (actor_of(shop.ann), by_link):
            for change in (add_person_to, take_person_off, change_requester):
                with pytest.raises(NotAllowed):
                    change(session, actor, ticket.id, shop.bob.id, now=NOW)

"""Deactivating somebody: what becomes of their tickets, sessions, tokens and links."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from helpdesk.actions.browser_sessions import LASTS, Visit, begin_session
from helpdesk.actions.change_ticket import assign, change_status
from helpdesk.actions.deactivate_person import (
    deactivate_person,
    open_tickets_of,
    reactivate_person,
)
from helpdesk.actions.edit_person import change_role
from helpdesk.actions.forgotten_password import ask_for_password
from helpdesk.actions.mailed_links import look_at_link
from helpdesk.actions.set_up import add_person
from helpdesk.actor import SYSTEM
from helpdesk.db import Database
from helpdesk.errors import InvalidInput
from helpdesk.models import Change, Notice, Person, Ticket
from helpdesk.queries.browser_sessions import own_sessions
from tests.helpdesk.mails import mail, outbox, receive
from tests.support.factories import NOW, Shop

AGENT = "agent@shop.example"


@pytest.fixture
def tickets(database: Database, shop: Shop) -> list[int]:
    """The agent's: open, resolved, closed."""
    ids = []
    for path in ((), ("resolved",), ("resolved", "closed")):
        filed = receive(database, mail(text=f"Now {len(path)}."))
        assert filed.ticket_id
        ids.append(filed.ticket_id)
        with database.transaction() as session:
            assign(session, shop.admin, filed.ticket_id, shop.agent.person_id, now=NOW)
            for status in path:
                change_status(session, shop.admin, filed.ticket_id, status, now=NOW)
    return ids


def whose(database: Database, ids: list[int]) -> list[int | None]:
    with database.reading() as session:
        return [session.get_one(Ticket, one).assignee_id for one in ids]


def test_tickets_go_to_somebody_or_to_nobody(
    database: Database, shop: Shop, tickets: list[int]
) -> None:
    agent, admin = shop.agent.person_id or 0, shop.admin.person_id or 0
    with database.transaction() as session:
        other = add_person(session, SYSTEM, "kim@shop.example", role="agent", name="Kim", now=NOW)
        assert open_tickets_of(session, agent) == 2
        assert deactivate_person(session, shop.admin, agent, heir_id=other.id, now=NOW) == 2
    assert whose(database, tickets) == [other.id, other.id, agent], "closed ones stay as they are"
    with database.transaction() as session:
        told = session.scalars(select(Notice.person_id).where(Notice.kind == "assigned")).all()
        assert told.count(other.id) == 2
        reasons = session.scalars(select(Change.reason).where(Change.new_value == "Kim")).all()
        assert len(reasons) == 2
        assert all(reason.endswith(" left") for reason in reasons)
        assert deactivate_person(session, shop.admin, other.id, heir_id=None, now=NOW) == 2
        assert deactivate_person(session, shop.admin, other.id, heir_id=admin, now=NOW) == 0
    assert whose(database, tickets) == [None, None, agent]


def test_a_closed_ticket_that_is_opened_again_waits_for_somebody(
    database: Database, shop: Shop, tickets: list[int]
) -> None:
    with database.transaction() as session:
        deactivate_person(session, shop.admin, shop.agent.person_id or 0, heir_id=None, now=NOW)
        change_status(session, shop.admin, tickets[2], "open", now=NOW)
    assert whose(database, tickets) == [None, None, None]


def test_who_becomes_a_customer_has_no_tickets(
    database: Database, shop: Shop, tickets: list[int]
) -> None:
    with database.transaction() as session:
        change_role(session, shop.admin, shop.agent.person_id or 0, "customer", now=NOW)
    assert whose(database, tickets)[:2] == [None, None]
    with database.transaction() as session:
        change_role(session, shop.admin, shop.agent.person_id or 0, "agent", now=NOW)
        assign(session, shop.admin, tickets[0], shop.agent.person_id, now=NOW)
        add_person(session, shop.admin, AGENT, role="customer", now=NOW)
    assert whose(database, tickets)[:2] == [None, None]


def test_all_that_lets_in_ends_and_stays_ended(database: Database, shop: Shop) -> None:
    with database.transaction() as session:
        person = session.get_one(Person, shop.agent.person_id)
        begin_session(session, person.id, person.session_generation, Visit(), now=NOW)
        ask_for_password(session, AGENT, now=NOW)
    token = outbox(database)[-1].values["path"].rpartition("/")[2]
    with database.transaction() as session:
        deactivate_person(session, shop.admin, person.id, heir_id=None, now=NOW)
        reactivate_person(session, shop.admin, person.id, now=NOW)
    with database.reading() as session:
        assert own_sessions(session, shop.agent, 0, since=NOW - LASTS) == ()
        state = look_at_link(session, token, now=NOW)
        assert state is not None
        assert not state.is_good
        assert session.get_one(Person, person.id).is_staff


def test_oneself_needs_a_second_word_and_an_heir_is_a_colleague(
    database: Database, shop: Shop
) -> None:
    admin, agent = shop.admin.person_id or 0, shop.agent.person_id or 0
    with database.transaction() as session:
        add_person(session, SYSTEM, "kim@shop.example", role="admin", now=NOW)
        with pytest.raises(InvalidInput) as refused:
            deactivate_person(session, shop.admin, admin, heir_id=None, now=NOW)
        assert refused.value.field == "oneself"
        for wrong in (agent, shop.ann.id, 10**30, 0):
            with pytest.raises(InvalidInput) as refused:
                deactivate_person(session, shop.admin, agent, heir_id=wrong, now=NOW)
            assert refused.value.field == "to"
        assert session.get_one(Person, agent).active
        deactivate_person(session, shop.admin, admin, heir_id=None, also_oneself=True, now=NOW)
        assert not session.get_one(Person, admin).active

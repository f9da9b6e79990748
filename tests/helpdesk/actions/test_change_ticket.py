"""Changing a ticket's fields: by staff, by allowed steps, with a history that says why."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from helpdesk.actions.change_ticket import (
    assign,
    change_category,
    change_priority,
    change_status,
    change_subject,
)
from helpdesk.actor import SYSTEM
from helpdesk.db import Database
from helpdesk.errors import InvalidInput, NotAllowed, NotFound, StepNotAllowed
from helpdesk.models import Mailbox, Person, Ticket
from helpdesk.queries.ticket_conditions import TicketFilter
from helpdesk.queries.ticket_list import ticket_list
from helpdesk.tickets.access import actor_of
from tests.helpdesk.mails import history_of, outbox, steps_of
from tests.support.factories import NOW, Shop, make_ticket

LATER = NOW + timedelta(hours=1)


@pytest.fixture
def ticket(database: Database, shop: Shop) -> Ticket:
    with database.transaction() as session:
        return make_ticket(session, shop.ann)


def test_a_change_is_recorded_with_its_reason(
    database: Database, shop: Shop, ticket: Ticket
) -> None:
    with database.transaction() as session:
        change_priority(session, shop.agent, ticket.id, "urgent", now=LATER, reason=" It\nburns\0 ")
        change_category(session, shop.agent, ticket.id, "product", now=LATER)
        assign(session, shop.agent, ticket.id, shop.admin.person_id, now=LATER, reason="knows")
    changes = [
        (c.field, c.old_value, c.new_value, c.reason, c.changed_by_id)
        for c in history_of(database, ticket.id)[1:]
    ]
    by = shop.agent.person_id
    assert changes == [
        ("priority", "medium", "urgent", "It burns", by),
        ("category", "other", "product", "", by),
        ("assignee", "", "admin", "knows", by),
    ]
    with database.reading() as session:
        changed = session.get_one(Ticket, ticket.id)
    assert (changed.priority, changed.category, changed.assignee_id, changed.updated_at) == (
        "urgent",
        "product",
        shop.admin.person_id,
        LATER,
    )


def test_a_ticket_is_found_by_the_subject_it_has_now(
    database: Database, shop: Shop, ticket: Ticket
) -> None:
    with database.transaction() as session:
        change_subject(session, shop.agent, ticket.id, " The zeppelin\nis late ", now=LATER)
    changed = [(c.field, c.new_value) for c in history_of(database, ticket.id)[1:]]
    assert changed == [("subject", "The zeppelin is late")]
    with database.reading() as session:
        found = ticket_list(session, shop.agent, TicketFilter(search="zeppelin"))
        assert [one.ticket.subject for one in found.tickets] == ["The zeppelin is late"]
    for subject in ("", "x", "x" * 201):
        with database.transaction() as session, pytest.raises(InvalidInput) as refused:
            change_subject(session, shop.agent, ticket.id, subject, now=LATER)
        assert refused.value.field == "subject"


def test_what_changes_nothing_is_not_recorded(
    database: Database, shop: Shop, ticket: Ticket
) -> None:
    with database.transaction() as session:
        change_priority(session, shop.agent, ticket.id, "medium", now=LATER)
        change_category(session, shop.agent, ticket.id, "other", now=LATER)
        change_status(session, shop.agent, ticket.id, "open", now=LATER)
        assign(session, shop.agent, ticket.id, None, now=LATER)
    assert len(history_of(database, ticket.id)) == 1


def test_resolving_goes_over_the_steps_between(
    database: Database, shop: Shop, ticket: Ticket
) -> None:
    with database.transaction() as session:
        change_status(session, shop.agent, ticket.id, "resolved", now=LATER)
    assert steps_of(database, ticket.id) == ["open", "in_progress", "resolved"]
    with database.transaction() as session:
        assert session.get_one(Ticket, ticket.id).resolved_at == LATER
        change_status(session, SYSTEM, ticket.id, "closed", now=LATER)
        assert session.get_one(Ticket, ticket.id).closed_at == LATER
        change_status(session, shop.agent, ticket.id, "open", now=LATER)
        reopened = session.get_one(Ticket, ticket.id)
        assert (reopened.resolved_at, reopened.closed_at) == (None, None)
    assert history_of(database, ticket.id)[3].changed_by_id is None


def test_a_step_that_is_not_allowed_names_those_that_are(
    database: Database, shop: Shop, ticket: Ticket
) -> None:
    with database.transaction() as session:
        with pytest.raises(StepNotAllowed) as refused:
            change_status(session, shop.agent, ticket.id, "closed", now=LATER)
        assert refused.value.allowed == ("in_progress",)
        assert "in_progress" in str(refused.value)
        change_status(session, shop.agent, ticket.id, "resolved", now=LATER)
        with pytest.raises(StepNotAllowed) as refused:
            change_status(session, shop.agent, ticket.id, "waiting", now=LATER)
        assert refused.value.allowed == ("closed", "open")


def test_a_word_that_is_none_is_refused_by_field(
    database: Database, shop: Shop, ticket: Ticket
) -> None:
    with database.transaction() as session:
        for field, change in (
            ("status", change_status),
            ("priority", change_priority),
            ("category", change_category),
        ):
            for word in ("", "nonsense", "OPEN", "\0"):
                with pytest.raises(InvalidInput) as refused:
                    change(session, shop.agent, ticket.id, word, now=LATER)
                assert refused.value.field == field


def test_a_ticket_is_given_to_active_staff_only(
    database: Database, shop: Shop, ticket: Ticket
) -> None:
    with database.transaction() as session:
        session.get_one(Person, shop.admin.person_id).active = False
        for person_id in (shop.ann.id, shop.admin.person_id, 999, 0, 10**30):
            with pytest.raises(InvalidInput) as refused:
                assign(session, shop.agent, ticket.id, person_id, now=LATER)
            assert refused.value.field == "assignee"


def test_customers_change_nothing(database: Database, shop: Shop, ticket: Ticket) -> None:
    with database.transaction() as session:
        with pytest.raises(NotAllowed):
            change_status(session, actor_of(shop.ann), ticket.id, "resolved", now=LATER)
        with pytest.raises(NotAllowed):
            assign(session, actor_of(shop.ann), ticket.id, None, now=LATER)
        with pytest.raises(NotFound):
            change_priority(session, actor_of(shop.bob), ticket.id, "low", now=LATER)
    assert len(history_of(database, ticket.id)) == 1
    assert len(outbox(database)) == 1


def test_a_mailbox_may_want_a_reason_of_staff(
    database: Database, shop: Shop, ticket: Ticket
) -> None:
    with database.transaction() as session:
        found = session.get_one(Ticket, ticket.id)
        found.mailbox = session.scalars(select(Mailbox)).one()
        found.mailbox.asks_reason = True
    agent, key = shop.agent, ticket.id
    for change in (
        lambda session, why: change_status(session, agent, key, "resolved", now=NOW, reason=why),
        lambda session, why: change_priority(session, agent, key, "high", now=NOW, reason=why),
        lambda session, why: change_category(session, agent, key, "refund", now=NOW, reason=why),
        lambda session, why: assign(session, agent, key, agent.person_id, now=NOW, reason=why),
    ):
        with database.transaction() as session, pytest.raises(InvalidInput) as refused:
            change(session, " ")
        assert refused.value.field == "reason"
        with database.transaction() as session:
            change(session, "They called.")
    with database.transaction() as session:
        change_priority(session, agent, key, "high", now=NOW)  # it is so already
        change_priority(session, SYSTEM, key, "low", now=NOW)

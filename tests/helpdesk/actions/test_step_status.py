"""A status, one step at a time, as a program asks for it."""

from __future__ import annotations

import pytest

from helpdesk.actions.step_status import step_status
from helpdesk.db import Database
from helpdesk.errors import InvalidInput, NotAllowed, StepNotAllowed
from helpdesk.models import Ticket
from helpdesk.tickets.access import actor_of
from tests.helpdesk.mails import history_of, steps_of
from tests.support.factories import NOW, Shop


def test_a_program_takes_single_steps(database: Database, shop: Shop, ticket: Ticket) -> None:
    with database.transaction() as session:
        for status in ("open", "in_progress", "in_progress", "resolved"):
            step_status(session, shop.agent, ticket.id, status, now=NOW, reason="by the shop")
    assert steps_of(database, ticket.id)[1:] == ["in_progress", "resolved"]
    assert history_of(database, ticket.id)[-1].reason == "by the shop"


def test_where_people_may_leap_a_program_is_told_the_steps(
    database: Database, shop: Shop, ticket: Ticket
) -> None:
    with database.transaction() as session:
        with pytest.raises(StepNotAllowed) as refused:
            step_status(session, shop.agent, ticket.id, "resolved", now=NOW)
        assert refused.value.allowed == ("in_progress",)
        with pytest.raises(InvalidInput):
            step_status(session, shop.agent, ticket.id, "nonsense", now=NOW)
        with pytest.raises(NotAllowed):
            step_status(session, actor_of(shop.ann), ticket.id, "resolved", now=NOW)

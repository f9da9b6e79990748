"""Notifications: recorded by actions."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from helpdesk.actions.change_ticket import change_status
from helpdesk.actor import SYSTEM
from helpdesk.db import Database
from helpdesk.mail_out.notifications import (
    active_staff,
    notifications_suppressed,
    notify,
    notify_status,
)
from helpdesk.models import Notice
from tests.support.factories import NOW, make_person, make_shop, make_ticket

pytestmark = pytest.mark.databases("sqlite")


def test_an_event_is_recorded_unless_it_is_of_the_past(database: Database) -> None:
    shop = make_shop(database)
    with database.transaction() as session, notifications_suppressed(session):
        ticket = make_ticket(session, shop.ann)
        notify_status(session, ticket, "open", by_id=None, now=NOW)
        assert session.scalars(select(Notice)).all() == []
    with database.transaction() as session:
        notify(session, "customer_replied", ticket, by_id=shop.ann.id, now=NOW, by_button="help")
        [notice] = session.scalars(select(Notice))
        assert (notice.kind, notice.details) == ("customer_replied", {"by_button": "help"})


def test_several_changes_of_status_are_one_event(database: Database) -> None:
    shop = make_shop(database)
    with database.transaction() as session:
        ticket = make_ticket(session, shop.ann)
        for status in ("in_progress", "resolved"):
            change_status(session, shop.agent, ticket.id, status, now=NOW)
        [notice] = session.scalars(select(Notice).where(Notice.kind == "status"))
        assert notice.details == {"old": "open"}
        assert notice.due_at > NOW


def test_only_active_staff_are_told(database: Database) -> None:
    make_shop(database)
    with database.transaction() as session:
        gone = make_person(session, "gone@shop.example", "agent")
        gone.active = False
        session.flush()
        found = active_staff(session)
        assert {each.address for each in found} == {"admin@shop.example", "agent@shop.example"}
        assert active_staff(session, [gone.id]) == []
        assert SYSTEM.person_id is None

"""Setting the ages: who may, from when they count, and what the log says."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from helpdesk.actions.set_retention import read_days, set_retention
from helpdesk.db import Database
from helpdesk.errors import InvalidInput, NotAllowed
from helpdesk.models import AuditEntry, RetentionKind
from helpdesk.tickets.retention import GRACE, age_of, rules
from tests.support.factories import NOW, Shop

TICKETS = RetentionKind.TICKETS


def test_an_age_counts_from_a_day_later_and_a_longer_one_at_once(
    database: Database, shop: Shop
) -> None:
    def set_to(days: int | None, hours: int) -> None:
        moment = NOW + timedelta(hours=hours)
        with database.transaction() as session:
            set_retention(session, shop.admin, {TICKETS: days}, now=moment)

    def at(hours: int) -> int | None:
        with database.reading() as session:
            return age_of(rules(session)[TICKETS]).at(NOW + timedelta(hours=hours))

    assert timedelta(hours=24) == GRACE
    set_to(365, 0)
    assert (at(23), at(24)) == (None, 365)
    set_to(100, 30)
    assert (at(30), at(53), at(54)) == (365, 365, 100)
    set_to(200, 60)
    assert at(60) == 200
    set_to(None, 70)
    assert at(70) is None
    set_to(90, 80)
    set_to(None, 81)
    assert at(200) is None
    with database.reading() as session:
        lines = session.execute(
            select(AuditEntry.field, AuditEntry.old_value, AuditEntry.new_value)
            .where(AuditEntry.field == "retention_tickets")
            .order_by(AuditEntry.id)
        ).all()
    assert lines[0] == (
        "retention_tickets",
        "never",
        "365 days, from 2026-11-24 09:00 UTC on",
    )
    assert lines[2][1:] == ("100 days", "200 days")
    assert len(lines) == 6


def test_admins_alone_set_it_and_no_age_is_too_short(database: Database, shop: Shop) -> None:
    with database.transaction() as session:
        with pytest.raises(NotAllowed):
            set_retention(session, shop.agent, {TICKETS: 365}, now=NOW)
        with pytest.raises(InvalidInput) as caught:
            set_retention(session, shop.admin, {TICKETS: 89}, now=NOW)
    assert caught.value.field == "tickets"
    assert read_days(RetentionKind.SPAM, " 1 ") == 1
    assert read_days(RetentionKind.SPAM, "") is None
    with pytest.raises(InvalidInput):
        read_days(RetentionKind.LOG, "soon")

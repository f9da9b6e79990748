"""Gateways that are registered, and tell what they counted."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from helpdesk.actions.report_gateway import register_gateway, report_hours
from helpdesk.actions.report_part import Here
from helpdesk.db import Database
from helpdesk.models import GatewayHour
from tests.support.factories import NOW

HERE = Here("a" * 16, "mail.shop.example", "1.0")
SPOOL = "0123456789abcdef"


def test_it_is_called_as_its_machine_until_the_setting_says_otherwise(database: Database) -> None:
    names = []
    for setting in ("", "mx1", ""):
        with database.transaction() as session:
            gateway = register_gateway(session, HERE, SPOOL, setting, now=NOW)
            names.append((gateway.id, gateway.name))
    assert [name for _, name in names] == ["mail.shop.example", "mx1", "mx1"]
    assert len({id_ for id_, _ in names}) == 1


def test_hours_are_told_anew_and_old_ones_go(database: Database) -> None:
    hour = NOW.replace(minute=0, second=0, microsecond=0)
    with database.transaction() as session:
        gateway = register_gateway(session, HERE, SPOOL, now=NOW)
        report_hours(session, gateway.id, {hour: (2, 2)}, now=NOW)
        report_hours(session, gateway.id, {hour: (3, 1)}, now=NOW)
        gateway_id = gateway.id
    with database.transaction() as session:
        (row,) = session.scalars(select(GatewayHour))
        assert (row.hour, row.accepted, row.waiting) == (hour, 3, 1)
        report_hours(session, gateway_id, {}, now=NOW + timedelta(days=4))
    with database.reading() as session:
        assert session.scalar(select(GatewayHour.id)) is None

"""A gateway whose machine is gone is given up."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from helpdesk.actions.retire_gateway import retire_gateway
from helpdesk.actor import operator_named
from helpdesk.db import Database
from helpdesk.errors import InvalidInput, NotAllowed, NotFound
from helpdesk.models import AuditEntry, Gateway
from helpdesk.queries.gateways import gateways
from helpdesk.queries.mail_watch import alarms
from tests.support.factories import NOW, make_shop
from tests.support.gateways import Pair, pair

__all__ = ["pair"]


def test_nobody_is_told_of_it_any_more_until_it_speaks_again(
    pair: Pair, database: Database
) -> None:
    _, second = pair
    second.tells()
    operator, admin = operator_named("root"), make_shop(database).admin
    with database.transaction() as session:
        with pytest.raises(InvalidInput, match="at work"):
            retire_gateway(session, operator, "mx2", now=NOW)
        with pytest.raises(NotFound, match="known: mx1, mx2"):
            retire_gateway(session, operator, "mx3", now=NOW)
        with pytest.raises(NotAllowed):
            retire_gateway(session, admin, "mx2", now=NOW)
    second.was_last_heard(timedelta(hours=1))
    with database.reading() as session:
        assert alarms(session)
    with database.transaction() as session:
        retire_gateway(session, operator, "mx2", now=NOW)
    with database.reading() as session:
        assert not alarms(session)
        assert {one.name: one.retired for one in gateways(session)} == {"mx1": False, "mx2": True}


def test_who_was_given_up_is_not_given_up_again(pair: Pair, database: Database) -> None:
    _, second = pair
    second.tells()
    second.was_last_heard(timedelta(hours=1))
    operator = operator_named("root")
    for minutes in (0, 5):
        with database.transaction() as session:
            retire_gateway(session, operator, "mx2", now=NOW + timedelta(minutes=minutes))
    with database.reading() as session:
        given_up = select(AuditEntry.created_at).where(AuditEntry.subject == "forget gateway")
        assert session.scalars(given_up).all() == [NOW]
        retired = select(Gateway.retired_at).where(Gateway.name == "mx2")
        assert session.scalar(retired) == NOW

"""Ticket numbers: counted by the UTC day."""

from __future__ import annotations

from datetime import timedelta

from helpdesk.db import Database
from helpdesk.models import TicketDay
from helpdesk.tickets.numbers import next_number
from tests.support.factories import NOW


def test_each_day_counts_from_one(database: Database) -> None:
    with database.transaction() as session:
        assert next_number(session, NOW) == "TKT20261123001"
        assert next_number(session, NOW) == "TKT20261123002"
        assert next_number(session, NOW + timedelta(days=1)) == "TKT20261124001"
        assert next_number(session, NOW) == "TKT20261123003"


def test_a_thousandth_ticket_grows_a_digit(database: Database) -> None:
    with database.transaction() as session:
        session.add(TicketDay(day="20261123", last=999))
        session.flush()
        assert next_number(session, NOW) == "TKT202611231000"


def test_a_number_of_a_transaction_that_failed_is_given_again(database: Database) -> None:
    try:
        with database.transaction() as session:
            next_number(session, NOW)
            raise ZeroDivisionError
    except ZeroDivisionError:
        pass
    with database.transaction() as session:
        assert next_number(session, NOW) == "TKT20261123001"

"""Columns that hold members of an enum: plain text in the database, members in Python."""

from __future__ import annotations

from sqlalchemy import select, text

from helpdesk.db import Database
from helpdesk.models import Ticket
from helpdesk.vocabulary import Grade, Priority, Status
from tests.support.factories import make_shop, make_ticket


def test_a_member_is_stored_as_its_text_and_comes_back_as_itself(database: Database) -> None:
    shop = make_shop(database)
    with database.transaction() as session:
        ticket = make_ticket(session, shop.ann)
        ticket.status, ticket.rating = Status.IN_PROGRESS, Grade.OKAY
    with database.transaction() as session:
        stored = session.execute(text("SELECT status, priority, rating FROM ticket")).one()
        assert tuple(stored) == ("in_progress", 2, "okay")
        found = session.scalars(select(Ticket)).one()
        assert found.status is Status.IN_PROGRESS
        assert found.priority is Priority.MEDIUM
        assert found.rating is Grade.OKAY


def test_a_column_may_be_compared_with_text(database: Database) -> None:
    shop = make_shop(database)
    with database.transaction() as session:
        make_ticket(session, shop.ann)
        asked = select(Ticket.id).where(Ticket.status == "open")
        assert session.scalars(asked).all()
        for wrong in ("OPEN", "gone", "o\x00pen\ud800x"):
            assert not session.scalars(select(Ticket.id).where(Ticket.status == wrong)).all()


def test_a_stored_text_that_is_no_member_can_be_read(database: Database) -> None:
    shop = make_shop(database)
    with database.transaction() as session:
        make_ticket(session, shop.ann)
    with database.transaction() as session:
        session.execute(text("UPDATE ticket SET status = 'parked'"))
        found = session.scalars(select(Ticket)).one()
        assert found.status == "parked"
        assert found.rating is None

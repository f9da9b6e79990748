"""The tickets that the measurements run on have the shape of real ones."""

from __future__ import annotations

from sqlalchemy import func, select

from bench.seed import LONG_TICKET_COMMENTS, seed
from helpdesk.db import Database
from helpdesk.models import Comment, Participant, Person, Ticket


def test_it_adds_as_many_tickets_as_asked_and_can_add_more(database: Database) -> None:
    seed(database, 40)
    number = seed(database, 25)
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Ticket)) == 65
        assert session.scalar(select(func.count()).select_from(Participant)) == 65
        long = session.scalars(select(Ticket).where(Ticket.number == number)).one()
        comments = session.scalars(select(Comment).where(Comment.ticket_id == long.id)).all()
        assert len(comments) == long.comment_count == LONG_TICKET_COMMENTS


def test_what_it_wrote_reads_back_through_the_models(database: Database) -> None:
    seed(database, 30)
    with database.transaction() as session:
        tickets = session.scalars(select(Ticket)).all()
        assert {ticket.priority for ticket in tickets} <= {"low", "medium", "high", "urgent"}
        assert all(ticket.created_at.tzinfo for ticket in tickets)
        assert all(ticket.requester.address.endswith("@mail.example") for ticket in tickets)
        # Its keys are free again for those who come after it.
        session.add(Person(name="Next", created_at=tickets[0].created_at))

"""A ticket's conversation: all of it for staff, the public part for customers."""

from __future__ import annotations

from helpdesk.db import Database
from helpdesk.models import Ticket
from helpdesk.queries.conversation import conversation, read_comments
from tests.helpdesk.queries.conftest import NOTE


def test_staff_read_all_with_files_and_deliveries(database: Database, ticket: Ticket) -> None:
    with database.reading() as session:
        comments = conversation(session, ticket.id)
    assert [comment.text for comment in comments][1:] == ["Try a new seal.", NOTE, "I am away"]
    assert [len(comment.files) for comment in comments] == [1, 0, 1, 1]
    assert [mail.recipient for mail in comments[1].deliveries] == ["ann@mail.example"]
    assert [comment.inbound_mail_id is not None for comment in comments] == [
        True,
        False,
        False,
        True,
    ]


def test_customers_read_what_is_public(database: Database, ticket: Ticket) -> None:
    with database.reading() as session:
        comments = conversation(session, ticket.id, public_only=True)
        assert conversation(session, ticket.id + 1, public_only=True) == ()
        assert len(read_comments(session, ticket.id).rows) == 4
    assert [comment.from_staff for comment in comments] == [False, True]
    assert NOTE not in repr(comments)

"""A browser in which the admin is signed in, and what tests of a ticket share."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select

from helpdesk.models import Comment
from tests.web.conftest import Browser, Desk


@pytest.fixture
def admin(desk: Desk, visitor: Callable[[], Browser]) -> Browser:
    made = visitor()
    made.is_signed_in_as(desk.ada)
    return made


def path(desk: Desk, action: str = "") -> str:
    return f"/desk/t/{desk.ticket.number}{action}"


def comments(desk: Desk) -> list[Comment]:
    with desk.database.reading() as session:
        statement = select(Comment).where(Comment.ticket_id == desk.ticket.id).order_by(Comment.id)
        found = list(session.scalars(statement))
        session.expunge_all()
        return found

"""A browser in which the admin is signed in, and what tests of a ticket share."""

from __future__ import annotations

import re
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


def undo_in_toast(page: str) -> tuple[str, str]:
    """Where the toast's Undo leads, and the change that it names."""
    toast = page.partition('class="toast change-toast"')[2]
    found = re.search(r'action="([^"]+)".*?name="change" value="(\d+)"', toast, re.DOTALL)
    assert found, "no Undo in a toast"
    return found[1], found[2]


def newest_undo(page: str) -> str:
    """The change that the newest line of the history offers to undo."""
    history = page.partition('<ol class="history">')[2]
    found = re.search(r'name="change" value="(\d+)"', history)
    assert found, "no Undo in the history"
    return found[1]


def comments(desk: Desk) -> list[Comment]:
    with desk.database.reading() as session:
        statement = select(Comment).where(Comment.ticket_id == desk.ticket.id).order_by(Comment.id)
        found = list(session.scalars(statement))
        session.expunge_all()
        return found

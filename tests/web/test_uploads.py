"""Files that come with a form, and stay with it when it comes back."""

from __future__ import annotations

from sqlalchemy import select

from helpdesk.models import Comment
from tests.web.conftest import Browser, Desk
from tests.web.desk.conftest import path


def test_a_file_that_nobody_stored_cannot_be_named(desk: Desk, agent: Browser) -> None:
    agent.post(path(desk, "/reply"), path(desk), comment="Hi", status="waiting", kept="forged")
    with desk.database.reading() as session:
        newest = session.scalars(select(Comment).order_by(Comment.id.desc())).first()
        assert newest is not None
        assert newest.attachments == []

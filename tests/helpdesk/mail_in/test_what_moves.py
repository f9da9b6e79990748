"""What goes along when a mail is moved."""

from __future__ import annotations

from typing import Any

import pytest

from helpdesk.actions.reply import Answer, reply
from helpdesk.db import Database
from helpdesk.mail_in.what_moves import last_move, what_moves
from helpdesk.models import Comment, InboundMail
from tests.helpdesk.mails import mail, outbox, receive
from tests.support.factories import NOW, Shop


def test_what_followed_from_a_mail_goes_along(database: Database, shop: Shop) -> None:
    first = receive(database, mail(text="Opening", message_id="a1@mail.example"))
    on = {"subject": f"[{first.ticket_number}]"}
    receive(database, mail(text="Else", message_id="a2@mail.example", **on))
    receive(database, mail(text="Opening again", in_reply_to=("a1@mail.example",)))
    receive(database, mail(text="Else again", in_reply_to=("a2@mail.example",)))
    with database.transaction() as session:
        reply(session, shop.agent, first.ticket_id or 0, Answer("To that."), now=NOW)
    sent = outbox(database, "comment_added_customer")[-1]

    with database.reading() as session:
        row = session.get_one(InboundMail, 2)
        moving = what_moves(session, row, session.get_one(Comment, row.comment_id))
        assert [comment.text for comment in moving.comments] == ["Else", "Else again", "To that."]
        assert [one.id for one in moving.mails] == [2, 4]
        assert moving.authors == {shop.ann.id}
        assert sent.id in moving.outbound_ids
        assert {"a2@mail.example", sent.message_id} <= moving.message_ids
        assert "a1@mail.example" not in moving.message_ids


@pytest.mark.parametrize(
    ("decision", "found"),
    [
        ({}, None),
        ({"moved": [{"comments": [1]}, {"comments": [2]}]}, {"comments": [2]}),
        ({"moved": [{"comments": [1], "undone": True}]}, None),
        ({"moved": [{"along_with": 7}]}, None),
    ],
)
def test_the_last_move_can_be_undone_from_the_mail_that_was_moved(
    decision: dict[str, Any], found: dict[str, Any] | None
) -> None:
    assert last_move(decision) == found

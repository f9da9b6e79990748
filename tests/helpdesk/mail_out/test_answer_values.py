"""What the mail of an answer carries: files, pictures in the text, and what was said before."""

from __future__ import annotations

from datetime import timedelta

import pytest

from helpdesk.actions.reply import Answer, reply
from helpdesk.db import Database
from helpdesk.mail_out.answer_values import MOST_QUOTED, answer_values
from helpdesk.tickets.content import StoredFile
from tests.support.factories import NOW, make_shop, make_ticket

pytestmark = pytest.mark.databases("sqlite")
PICTURE = StoredFile("map.png", "image/png", 3, "ab" * 32)
BILL = StoredFile("bill.pdf", "application/pdf", 3, "cd" * 32)


def test_only_a_picture_that_the_text_shows_has_a_content_id(database: Database) -> None:
    shop = make_shop(database)
    with database.transaction() as session:
        ticket = make_ticket(session, shop.ann)
        text = "Here: [image: map.png] [image: bill.pdf]"
        values = answer_values(
            session, ticket, text=text, author_name="Mia", files=[PICTURE, BILL, PICTURE]
        )
    first, bill, second = values["attachments"]
    assert "content_id" not in bill
    assert first["content_id"] != second["content_id"]
    assert (bill["sha256"], bill["filename"]) == (BILL.sha256, "bill.pdf")


def test_the_public_messages_before_are_quoted_where_the_mailbox_quotes(
    database: Database,
) -> None:
    shop = make_shop(database)
    with database.transaction() as session:
        ticket = make_ticket(session, shop.ann)
        for number in range(MOST_QUOTED):
            now = NOW + timedelta(minutes=number)
            reply(session, shop.agent, ticket.id, Answer(f"Answer {number}"), now=now)
        reply(
            session, shop.agent, ticket.id, Answer("Not yet", leaves_at=NOW + timedelta(1)), now=NOW
        )
        given = {"text": "So.", "author_name": "Mia", "files": []}
        assert ticket.mailbox is not None
        ticket.mailbox.quotes = False
        assert "quoted" not in answer_values(session, ticket, **given)
        ticket.mailbox.quotes = True
        quoted = answer_values(session, ticket, **given)["quoted"]
        assert [each["text"] for each in quoted] == ["Answer 2", "Answer 1", "Answer 0"]

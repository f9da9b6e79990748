"""Comments: what they count for, and what the queue shows of them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from helpdesk.db import Database
from helpdesk.models import Ticket
from helpdesk.tickets.comments import CommentDraft, add_comment, count_as_said
from helpdesk.tickets.content import StoredFile, plain_body
from helpdesk.vocabulary import MessageKind, Source
from tests.helpdesk.mails import comments_of, now_of
from tests.support.factories import NOW, Shop

LATER = NOW + timedelta(minutes=5)
FILE = StoredFile("bill.pdf", "application/pdf", 3, "ab" * 32)


def test_an_answer_is_shown_in_the_queue_and_counted(
    database: Database, shop: Shop, ticket: Ticket
) -> None:
    with database.transaction() as session:
        draft = CommentDraft(
            shop.agent.person_id, plain_body("Try this."), Source.WEB, from_staff=True, files=[FILE]
        )
        comment = add_comment(session, session.get_one(Ticket, ticket.id), draft, LATER)
        assert [file.filename for file in comment.attachments] == ["bill.pdf"]
    after = now_of(database, ticket)
    assert (after.preview, after.answered, after.first_response_at) == ("Try this.", True, LATER)
    assert (after.waiting_since, after.updated_at) == (LATER, LATER)
    assert after.comment_count == ticket.comment_count + 1
    assert [comment.text for comment in comments_of(database, ticket.id)][-1] == "Try this."


@pytest.mark.parametrize(
    "changed",
    [{"internal": True}, {"kind": MessageKind.AUTO_REPLY}, {"from_staff": True, "for_later": True}],
)
def test_what_says_nothing_to_the_other_side_changes_no_turn(
    database: Database, ticket: Ticket, changed: dict[str, bool]
) -> None:
    with database.transaction() as session:
        draft = CommentDraft(None, plain_body("Psst."), Source.WEB, **changed)  # type: ignore[arg-type]
        add_comment(session, session.get_one(Ticket, ticket.id), draft, LATER)
    after = now_of(database, ticket)
    assert (after.preview, after.answered, after.waiting_since) == (
        ticket.preview, ticket.answered, ticket.waiting_since)  # fmt: skip
    assert after.comment_count == ticket.comment_count + 1


def test_an_answer_for_later_counts_once_it_leaves(database: Database, ticket: Ticket) -> None:
    with database.transaction() as session:
        on = session.get_one(Ticket, ticket.id)
        draft = CommentDraft(
            None, plain_body("Soon."), Source.WEB, from_staff=True, leaves_at=LATER, for_later=True
        )
        comment = add_comment(session, on, draft, NOW)
        assert (on.answered, on.first_response_at) == (False, None)
        count_as_said(on, comment, LATER)
        assert (on.preview, on.answered, on.first_response_at) == ("Soon.", True, LATER)

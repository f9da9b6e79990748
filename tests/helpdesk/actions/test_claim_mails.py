"""Claiming: whatever a worker has claimed is public, and nobody claims in another way."""

from __future__ import annotations

import ast
from datetime import timedelta
from pathlib import Path

from sqlalchemy import select

from helpdesk.actions.claim_mails import claim_mails
from helpdesk.actions.reply import Answer, reply
from helpdesk.db import Database
from helpdesk.mail_out import claims
from helpdesk.models import Comment
from tests.support.factories import NOW, make_shop, make_ticket

ROOT = Path(__file__).parents[3]


def test_whatever_is_claimed_is_public(database: Database) -> None:
    shop = make_shop(database)
    at, tomorrow = NOW + timedelta(minutes=5), NOW + timedelta(days=1)
    with database.transaction() as session:
        tickets = [make_ticket(session, shop.ann) for _ in range(3)]
        now = {
            reply(session, shop.agent, ticket.id, Answer("So.", may_undo=True), now=NOW).id
            for ticket in tickets
        }
        later = reply(
            session, shop.agent, tickets[0].id, Answer("Later.", leaves_at=tomorrow), now=NOW
        )
        assert later.leaves_at == tomorrow
    with database.transaction() as session:
        # The acknowledgements go first: they are the earlier mails to the same person.
        for mail in claim_mails(session, worker="w", queue="notifications", now=at):
            claims.mark_sent(session, mail, "w", now=at, attempt=claims.Attempt())
        claimed = claim_mails(session, worker="w", queue="answers", now=at)
        assert {mail.comment_id for mail in claimed} == now
    with database.reading() as session:
        hidden = session.scalars(select(Comment.id).where(Comment.leaves_at.is_not(None)))
        assert hidden.all() == [later.id]


def test_the_code_claims_by_this_action_alone() -> None:
    found = {
        str(path.relative_to(ROOT))
        for package in ("helpdesk", "jobs", "web", "mailgate", "commands")
        for path in (ROOT / package).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Attribute)
        and node.attr == "claim"
        and isinstance(node.value, ast.Name)
        and node.value.id == "claims"
    }
    assert found == {"helpdesk/actions/claim_mails.py"}

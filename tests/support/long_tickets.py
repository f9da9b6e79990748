"""Tickets with very many messages."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from helpdesk.models import Comment, Ticket
from helpdesk.vocabulary import Source


def add_many(
    session: Session, ticket_id: int, author_id: int, count: int, now: datetime, **values: Any
) -> list[int]:
    """Messages of a customer, “Line 0” and so on; their ids."""
    made = [
        Comment(
            ticket_id=ticket_id,
            author_id=author_id,
            source=Source.WEB,
            text=f"Line {at}.",
            reply_text=f"Line {at}.",
            created_at=now,
            **values,
        )
        for at in range(count)
    ]
    session.add_all(made)
    session.get_one(Ticket, ticket_id).comment_count += count
    session.flush()
    return [one.id for one in made]

"""Why a ticket was found: the place in its texts where the words stand, cut out and marked."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import case, func, or_, select
from sqlalchemy.orm import Session

from helpdesk.models import Comment
from helpdesk.queries.queue import QueueRow
from helpdesk.queries.search_query import SearchQuery
from helpdesk.text import clean_line
from helpdesk.tickets.search import words_of
from helpdesk.vocabulary import MessageKind

LENGTH = 150
"""Characters of an excerpt."""
_BEFORE = 50
_MOST_COMMENTS = 400
"""Read for one page. Of tickets beyond it the queue's own preview is shown."""
_MOST_READ = 20_000
# A word as it is written, with its combining accents: its parts are compared as stored.
_WRITTEN = re.compile(
    r"[^\W_](?:[^\W_]|[\u0300-\u036f\u0591-\u05bd\u0610-\u061a\u064b-\u065f\u0900-\u109f\u1780-\u17ff])*"
)


@dataclass(frozen=True)
class Piece:
    """A part of an excerpt: marked where it is what was looked for."""

    text: str
    marked: bool


@dataclass(frozen=True)
class TicketExcerpt:
    """A found ticket's subject and an excerpt, in pieces."""

    subject: tuple[Piece, ...]
    excerpt: tuple[Piece, ...]


def excerpts(
    session: Session, rows: Sequence[QueueRow], query: SearchQuery
) -> dict[int, TicketExcerpt]:
    """For each row the words in its subject, and the newest comment that holds one of them."""
    if not query.wanted:
        return {}
    texts: dict[int, list[str]] = {}
    plain = or_(Comment.opening, Comment.reply_text == "")
    # All that a comment is found by (see :attr:`Body.searched`).
    kept = Comment.reply_text + " " + Comment.signature_text + " " + Comment.disclaimer_text
    chosen = (
        select(
            Comment.ticket_id,
            func.substr(case((plain, Comment.text), else_=kept), 1, _MOST_READ),
        )
        .where(
            Comment.ticket_id.in_([row.id for row in rows]), Comment.kind != MessageKind.TAKEN_BACK
        )
        .order_by(Comment.id.desc())
        .limit(_MOST_COMMENTS)
    )
    for ticket_id, text in session.execute(chosen):
        texts.setdefault(ticket_id, []).append(text)
    return {
        row.id: TicketExcerpt(
            marked(row.subject, query), _excerpt(texts.get(row.id, ()), query, row.preview)
        )
        for row in rows
    }


def marked(line: str, query: SearchQuery) -> tuple[Piece, ...]:
    """A line in pieces, with the words that were looked for marked."""
    pieces, at = [], 0
    for start, end in _found_at(line, query):
        if start > at:
            pieces.append(Piece(line[at:start], False))
        pieces.append(Piece(line[start:end], True))
        at = end
    if at < len(line) or not pieces:
        pieces.append(Piece(line[at:], False))
    return tuple(pieces)


def _excerpt(texts: Sequence[str], query: SearchQuery, otherwise: str) -> tuple[Piece, ...]:
    for text in texts:
        line = clean_line(text, _MOST_READ)
        found = next(_found_at(line, query), None)
        if found:
            start = max(0, found[0] - _BEFORE)
            start = line.find(" ", start, found[0]) + 1 or start if start else 0
            cut = line[start : start + LENGTH]
            before, after = "… " * bool(start), " …" * (start + LENGTH < len(line))
            return marked(f"{before}{cut}{after}", query)
    return (Piece(otherwise, False),)


def _found_at(line: str, query: SearchQuery) -> Iterator[tuple[int, int]]:
    """Where words that were looked for stand in a line: begin and end, in order."""
    whole = {word for term in query.wanted for word in term.words}
    beginnings = tuple(term.words[-1] for term in query.wanted if term.is_beginning)
    for part in _WRITTEN.finditer(line):
        for word in words_of(part[0]):
            if word in whole or (beginnings and word.startswith(beginnings)):
                yield part.start(), part.end()
                break

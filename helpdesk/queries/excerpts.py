"""Why a ticket was found: the place in its texts where the words stand, cut out and marked."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from sqlalchemy import case, func, or_, select
from sqlalchemy.orm import Session

from helpdesk.models import Attachment, Comment
from helpdesk.queries.queue_rows import QueueRow
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
_MOST_FOUND = 50
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
    comment_id: int = 0
    """The comment that the excerpt is from; 0 where the words stand in none."""
    is_file: bool = False
    """Whether they stand in the name of a file of it."""


def excerpts(
    session: Session, rows: Sequence[QueueRow], query: SearchQuery
) -> dict[int, TicketExcerpt]:
    """For each row the words in its subject, and where they stand in the conversation: the comment
    that holds the most of them, the newest among equals, or else a file that is called so.
    """
    if not query.wanted:
        return {}
    texts: dict[int, list[tuple[int, str]]] = {}
    plain = or_(Comment.opening, Comment.reply_text == "")
    # All that a comment is found by (see :attr:`Body.searched`).
    kept = Comment.reply_text + " " + Comment.signature_text + " " + Comment.disclaimer_text
    chosen = (
        select(
            Comment.ticket_id,
            Comment.id,
            func.substr(case((plain, Comment.text), else_=kept), 1, _MOST_READ),
        )
        .where(
            Comment.ticket_id.in_([row.id for row in rows]), Comment.kind != MessageKind.TAKEN_BACK
        )
        .order_by(Comment.id.desc())
        .limit(_MOST_COMMENTS)
    )
    for ticket_id, comment_id, text in session.execute(chosen):
        texts.setdefault(ticket_id, []).append((comment_id, text))
    hits = {row.id: _hit(texts.get(row.id, ()), query) for row in rows}
    elsewhere = [row.id for row in rows if not hits[row.id] and row.has_files]
    files = _files(session, elsewhere, query) if elsewhere else {}
    made = {}
    for row in rows:
        comment_id, line = hits[row.id] or files.get(row.id) or (0, "")
        excerpt = marked(line, query) if line else (Piece(row.preview, False),)
        subject = marked(row.subject, query)
        made[row.id] = TicketExcerpt(
            subject, excerpt, comment_id, not hits[row.id] and row.id in files
        )
    return made


def marked(line: str, query: SearchQuery) -> tuple[Piece, ...]:
    """A line in pieces, with the words that were looked for marked."""
    pieces, at = [], 0
    for start, end, _ in _found_at(line, query):
        if start > at:
            pieces.append(Piece(line[at:start], False))
        pieces.append(Piece(line[start:end], True))
        at = end
    if at < len(line) or not pieces:
        pieces.append(Piece(line[at:], False))
    return tuple(pieces)


def _hit(texts: Sequence[tuple[int, str]], query: SearchQuery) -> tuple[int, str] | None:
    """The comment that holds the most of the words, the newest among equals; and where they are."""
    wanted, best, most = len(query.wanted), None, 0
    for comment_id, text in texts:
        line = clean_line(text, _MOST_READ)
        found = list(islice(_found_at(line, query), _MOST_FOUND))
        held = len({word for _, _, word in found})
        if held > most:
            best, most = (comment_id, _cut(line, found[0][0])), held
        if held >= wanted:
            break
    return best


def _cut(line: str, at: int) -> str:
    """The place in a line around where a word stands."""
    start = max(0, at - _BEFORE)
    start = line.find(" ", start, at) + 1 or start if start else 0
    cut = line[start : start + LENGTH]
    before, after = "… " * bool(start), " …" * (start + LENGTH < len(line))
    return f"{before}{cut}{after}"


def _files(
    session: Session, ticket_ids: Sequence[int], query: SearchQuery
) -> dict[int, tuple[int, str]]:
    """Of each of these tickets the newest file whose name holds one of the words, with the comment
    that it came with.
    """
    found: dict[int, tuple[int, str]] = {}
    named = (
        select(Comment.ticket_id, Comment.id, Attachment.filename)
        .join(Comment, Comment.id == Attachment.comment_id)
        .where(Comment.ticket_id.in_(ticket_ids), Comment.kind != MessageKind.TAKEN_BACK)
        .order_by(Comment.id.desc())
        .limit(_MOST_COMMENTS)
    )
    for ticket_id, comment_id, filename in session.execute(named):
        line = clean_line(filename, LENGTH)
        if ticket_id not in found and next(_found_at(line, query), None):
            found[ticket_id] = (comment_id, line)
    return found


def _found_at(line: str, query: SearchQuery) -> Iterator[tuple[int, int, str]]:
    """Where words that were looked for stand in a line, in order: begin, end, and the word that was
    looked for.
    """
    whole = {word for term in query.wanted for word in term.words}
    beginnings = tuple(term.words[-1] for term in query.wanted if term.is_beginning)
    for part in _WRITTEN.finditer(line):
        for word in words_of(part[0]):
            if word in whole or (beginnings and word.startswith(beginnings)):
                begun = next((one for one in beginnings if word.startswith(one)), word)
                yield part.start(), part.end(), begun
                break

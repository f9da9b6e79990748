"""Full text: what is found by its words, and how words are compared, in any language.

One document a ticket: its number and subject, the requester's name and addresses, the new part of
every comment, names of files, the people in copy, the subjects of side conversations. Texts are cut
into words here and not by the database, so that both databases find the same: accents and case make
no difference, and runs of a script that is written without spaces become pairs of characters. The
words then stand in an FTS5 table on SQLite, and in a ``tsvector`` on PostgreSQL.

Internal notes are in it: only staff may search here.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from itertools import pairwise
from typing import Any

from sqlalchemy import Connection, text
from sqlalchemy.orm import Session

from helpdesk.folding import folded
from helpdesk.models import Ticket
from helpdesk.rows import connection_for, insert_later

MOST_KEPT = 250_000
"""Bytes of words kept of one ticket: what comes after is not found by its words. It bounds what one
more comment costs, and stays far below what a tsvector may hold (1 MB)."""

_LONGEST_WORD = 40
_WORD = re.compile(r"(?:[^\W_]|[\u0900-\u109f\u1780-\u17ff])+")
_PLAIN_WORD = re.compile(r"[a-z0-9]+")
# Chinese, Japanese, Thai, Lao, Burmese, Khmer: no spaces between words.
_UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff"
    "\uf900-\ufaff\U00020000-\U0003ffff]+"
)


def words_of(value: str) -> list[str]:
    """The words of a text, in order, as they are compared."""
    if value.isascii():
        found = _PLAIN_WORD.findall(value.lower())
    else:
        plain = folded(value)
        found = _WORD.findall(plain)
        if _UNSPACED.search(plain):
            found = [piece for word in found for piece in _pieces(word)]
    return [word[:_LONGEST_WORD] for word in found]


def _pieces(word: str) -> Iterable[str]:
    """``東京tower`` → 東京, tower; a longer run overlaps: 東京都 → 東京, 京都."""
    at = 0
    for run in _UNSPACED.finditer(word):
        if run.start() > at:
            yield word[at : run.start()]
        pairs = ["".join(pair) for pair in pairwise(run[0])]
        yield from pairs or [run[0]]
        at = run.end()
    if at < len(word):
        yield word[at:]


def add_to_ticket(session: Session, ticket: Ticket, texts: Iterable[str], *, first: bool) -> None:
    """Have a ticket found by these texts too, from this transaction's commit on.

    :param first: they begin the ticket, so that its number, subject and requester go before them.
    """
    texts = list(texts)
    if first:
        requester = ticket.requester
        addresses = (one.address for one in requester.addresses)
        texts = [ticket.number, ticket.subject, requester.name, *addresses, *texts]
    words = _at_most([word for value in texts for word in words_of(value)], MOST_KEPT)
    if first:
        dialect = session.get_bind().dialect.name
        insert_later(session, _TABLE, _INSERT[dialect], _row(dialect, ticket.id, words))
        return
    connection = connection_for(session, _TABLE)
    if words and not _append(connection, ticket.id, words):
        index_ticket(connection, ticket.id)


def add_words(connection: Connection, ticket_id: int, texts: Iterable[str]) -> None:
    """Have a ticket that is found by its words be found by these texts, too: for a migration."""
    words = [word for value in texts for word in words_of(value)]
    if words:
        _append(connection, ticket_id, words)


def index_ticket(connection: Connection, ticket_id: int) -> None:
    """Read one ticket anew: comments left it or came to it, or it was never read."""
    connection.execute(_DELETE[connection.dialect.name], {"id": ticket_id})
    for found_id, words in _documents(connection, ticket_id, ticket_id):
        _insert(connection, found_id, words)


def index_all(connection: Connection, since_id: int = 1, *, all_columns: bool = True) -> None:
    """Read all tickets from ``since_id`` on: for a migration, and for rows written past the
    actions. What is there of them already must have been removed.

    :param all_columns: False where a migration has not brought the later ones of comments yet.
    """
    last = connection.scalar(text("SELECT max(id) FROM ticket")) or 0
    for start in range(since_id, last + 1, _AT_ONCE):
        found = _documents(connection, start, start + _AT_ONCE - 1, all_columns=all_columns)
        dialect = connection.dialect.name
        rows = [_row(dialect, ticket_id, words) for ticket_id, words in found]
        if rows:
            connection.execute(_INSERT[dialect], rows)


_AT_ONCE = 2_000
_TABLE = "ticket_words"
_DELETE = {
    "sqlite": text("DELETE FROM ticket_words WHERE rowid = :id"),
    "postgresql": text("DELETE FROM ticket_words WHERE ticket_id = :id"),
}
_INSERT = {
    "sqlite": text("INSERT INTO ticket_words (rowid, words, size) VALUES (:id, :words, :size)"),
    "postgresql": text(
        "INSERT INTO ticket_words (ticket_id, words, size)"
        " VALUES (:id, CAST(:words AS tsvector), :size)"
    ),
}
_APPEND = {
    "sqlite": text(
        "UPDATE ticket_words SET words = words || ' ' || :words, size = size + :size"
        " WHERE rowid = :id AND size <= :most"
    ),
    "postgresql": text(
        "UPDATE ticket_words SET words = words || CAST(:words AS tsvector), size = size + :size"
        " WHERE ticket_id = :id AND size <= :most"
    ),
}
_IS_FULL = {
    "sqlite": text("SELECT size > :most FROM ticket_words WHERE rowid = :id"),
    "postgresql": text("SELECT size > :most FROM ticket_words WHERE ticket_id = :id"),
}
_HEADS = text(
    "SELECT ticket.id, ticket.number, ticket.subject, person.id, person.name FROM ticket"
    " JOIN person ON person.id = ticket.requester_id WHERE ticket.id BETWEEN :first AND :last"
)
_ADDRESSES = text(
    "SELECT DISTINCT person_address.person_id, person_address.address FROM person_address"
    " JOIN ticket ON ticket.requester_id = person_address.person_id"
    " WHERE ticket.id BETWEEN :first AND :last"
)
_SELECT_COMMENTS = (
    "SELECT ticket_id, CASE WHEN opening OR reply_text = '' THEN text"
    " ELSE reply_text || ' ' || signature_text{} END"
    " FROM comment WHERE ticket_id BETWEEN :first AND :last AND kind <> 'taken_back' ORDER BY id"
)
_COMMENTS = text(_SELECT_COMMENTS.format(" || ' ' || disclaimer_text"))
_EARLY_COMMENTS = text(_SELECT_COMMENTS.format(""))
_FILES = text(
    "SELECT comment.ticket_id, attachment.filename FROM attachment"
    " JOIN comment ON comment.id = attachment.comment_id"
    " WHERE comment.ticket_id BETWEEN :first AND :last AND comment.kind <> 'taken_back'"
)
_CLAIMED = text(
    "SELECT ticket_id, claimed_name FROM comment WHERE ticket_id BETWEEN :first AND :last"
    " AND claimed_name <> ''"
)
_SIDES = text(
    "SELECT ticket_id, subject FROM side_conversation WHERE ticket_id BETWEEN :first AND :last"
)
_COPIED = text(
    "SELECT ticket_id, copied FROM comment WHERE ticket_id BETWEEN :first AND :last"
    " AND kind <> 'taken_back' AND CAST(copied AS TEXT) <> '[]'"
)


def _documents(
    connection: Connection, first: int, last: int, *, all_columns: bool = True
) -> Iterable[tuple[int, list[str]]]:
    """Id and words of each ticket in a range of ids."""
    bounds = {"first": first, "last": last}
    addresses: dict[int, list[str]] = {}
    for person_id, address in connection.execute(_ADDRESSES, bounds):
        addresses.setdefault(person_id, []).append(address)
    texts: dict[int, list[str]] = {}
    for ticket_id, number, subject, person_id, name in connection.execute(_HEADS, bounds):
        texts[ticket_id] = [number, subject, name, *addresses.get(person_id, ())]
    now = (_COMMENTS, _FILES, _CLAIMED, _SIDES)
    statements = now if all_columns else (_EARLY_COMMENTS, _FILES)
    for statement in statements:
        for ticket_id, value in connection.execute(statement, bounds):
            texts[ticket_id].append(value)
    for ticket_id, copied in connection.execute(_COPIED, bounds) if all_columns else ():
        # SQLite gives JSON as it is written, PostgreSQL's driver as what it says.
        people = json.loads(copied) if isinstance(copied, str) else copied
        texts[ticket_id] += [word for one in people for word in (one["name"], one["address"])]
    for ticket_id, values in texts.items():
        yield ticket_id, _at_most([w for value in values for w in words_of(value)], MOST_KEPT)


def _insert(connection: Connection, ticket_id: int, words: list[str]) -> None:
    dialect = connection.dialect.name
    connection.execute(_INSERT[dialect], _row(dialect, ticket_id, words))


def _append(connection: Connection, ticket_id: int, words: list[str]) -> bool:
    """Add words to a ticket's document. False where there is none yet."""
    row = _row(connection.dialect.name, ticket_id, words)
    bound = {"id": ticket_id, "most": MOST_KEPT - row["size"]}
    done = connection.execute(_APPEND[connection.dialect.name], row | bound)
    if done.rowcount:
        return True
    return connection.scalar(_IS_FULL[connection.dialect.name], bound) is not None


def _row(dialect: str, ticket_id: int, words: list[str]) -> dict[str, Any]:
    as_kept = _as_tsvector if dialect == "postgresql" else " ".join
    return {"id": ticket_id, "words": as_kept(words), "size": _size(words)}


def _at_most(words: list[str], most: int) -> list[str]:
    if _size(words) <= most:
        return words
    total = 0
    for count, word in enumerate(words):
        total += _size([word])
        if total > most:
            return words[:count]
    return words


def _size(words: list[str]) -> int:
    """What words take at most: their bytes, and where each stands."""
    return len("".join(words).encode()) + 6 * len(words)


def _as_tsvector(words: list[str]) -> str:
    """``'late':2 'parcel':1,3``: words hold letters and digits alone, so nothing is escaped."""
    places: dict[str, list[str]] = {}
    for place, word in enumerate(words, start=1):
        # PostgreSQL keeps 255 places of a word, and none past 16,383.
        at = places.setdefault(word, [])
        if len(at) < 255:
            at.append(str(min(place, 16_383)))
    return " ".join(f"'{word}':{','.join(at)}" for word, at in places.items())

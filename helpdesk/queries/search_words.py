"""How the words of a search are looked up in the full text, and asked of a single ticket."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Text,
    and_,
    bindparam,
    column,
    exists,
    func,
    literal,
    not_,
    or_,
    table,
    text,
)
from sqlalchemy.orm import Session

from helpdesk.models import Ticket
from helpdesk.models.base import BigId
from helpdesk.queries.search_query import SearchQuery, Term

MOST_ENDINGS = 24
"""A beginning of so few words is looked up as these words: SQLite then reads no more of an index
than it needs, and else all that begins so, before the first ticket."""


@dataclass(frozen=True)
class TicketsFound:
    """A table that tickets are looked up in, with which to join them, and what its rows must meet:
    the full text, or that of the tags.
    """

    table: FromClause
    ticket_id: ColumnElement[int]
    holds: ColumnElement[bool]


@dataclass(frozen=True)
class Words:
    """The words of a search, in the ways in which tickets with them are found."""

    found: TicketsFound
    """By an index."""
    of_each: ColumnElement[bool]
    """Of one ticket, whose words are read for it."""
    is_walked: bool
    """Whether the index gives the newest tickets first, and reads no further than is asked."""
    is_index: bool = True
    """Whether there is one: what is not there stands in none."""
    parts: tuple[str, ...] = ()
    """On PostgreSQL, each of the words alone."""


def words_found(session: Session, query: SearchQuery) -> TicketsFound:
    """Where the tickets that hold these words stand; newest first is their quick order."""
    return words_sought(session, query).found


def words_sought(session: Session, query: SearchQuery) -> Words:
    """How these words are found."""
    if session.get_bind().dialect.name == "postgresql":
        return _in_postgresql(query)
    return _in_sqlite(session, query)


def holds_words(session: Session, query: SearchQuery) -> ColumnElement[bool]:
    """That one ticket holds these words: to ask of a few tickets, each by its id."""
    return words_sought(session, query).of_each


def _in_postgresql(query: SearchQuery) -> Words:
    words = table("ticket_words", column("ticket_id", BigId))
    # A name of its own: one statement may count what several searches find.
    looked_for: Any = bindparam("looked_for", _as_tsquery(query), unique=True)
    told: Any = text("ticket_words.words @@ CAST(:looked_for AS tsquery)").bindparams(looked_for)
    # The same by its other name, for which a planner has no index: it would look up all there are.
    asked: Any = text("ts_match_vq(ticket_words.words, CAST(:looked_for AS tsquery))")
    asked = asked.bindparams(looked_for)
    here = exists().select_from(words).where(words.c.ticket_id == Ticket.id, asked)
    found = TicketsFound(words, words.c.ticket_id, told)
    alone = (SearchQuery((term,)) for term in query.terms)
    groups = (SearchQuery(either=(group,)) for group in query.either)
    parts = tuple(_as_tsquery(part) for part in (*alone, *groups))
    return Words(found, here, is_walked=False, is_index=bool(query.wanted), parts=parts)


def rarest_first(session: Session, words: Words) -> Iterator[TicketsFound]:
    """Where the tickets stand that have one of several words: of the rarest first, as far as
    PostgreSQL can tell without looking, and of the longest where it cannot.
    """
    if len(words.parts) < 2:
        return
    for part in sorted(words.parts, key=lambda part: (_estimate(session, part), -len(part))):
        value: Any = bindparam("looked_for", part, unique=True)
        told: Any = text("ticket_words.words @@ CAST(:looked_for AS tsquery)").bindparams(value)
        yield TicketsFound(words.found.table, words.found.ticket_id, told)


def _estimate(session: Session, part: str) -> int:
    planned = session.execute(_PLAN, {"looked_for": part}).scalar_one()
    return int(planned[0]["Plan"]["Plan Rows"])


_PLAN = text(
    "EXPLAIN (FORMAT JSON) SELECT FROM ticket_words WHERE words @@ CAST(:looked_for AS tsquery)"
)


def _as_tsquery(query: SearchQuery) -> str:
    groups = [" | ".join(map(_term_as_tsquery, group)) for group in query.either]
    return " & ".join(
        (
            *map(_term_as_tsquery, query.terms),
            *(f"({group})" for group in groups),
            *(f"!({_term_as_tsquery(term)})" for term in query.without),
        )
    )


def _term_as_tsquery(term: Term) -> str:
    """A term in the words of PostgreSQL: ``'ann' <-> 'lee':*``."""
    words = [f"'{word}'" for word in term.words]
    return " <-> ".join(words) + (":*" if term.is_beginning else "")


def _in_sqlite(session: Session, query: SearchQuery) -> Words:
    """FTS5 reads what it is asked for word by word; what cannot be asked so, such as what is not
    there, is asked of each ticket's words.
    """
    kept = table("ticket_words_content", column("id", BigId), column("c0", Text))
    spaced = literal(" ", Text) + kept.c.c0 + literal(" ", Text)
    groups: Sequence[Sequence[Term]] = (*((term,) for term in query.terms), *query.either)
    asked = [(group, _matched(session, group)) for group in groups]
    without = [not_(_stands_in(spaced, term)) for term in query.without]
    stand = [or_(*(_stands_in(spaced, term) for term in group)) for group in groups]
    here = exists().select_from(kept).where(kept.c.id == Ticket.id, *stand, *without)
    narrow = [match for _, match in asked if match]
    if not asked:
        return Words(TicketsFound(kept, kept.c.id, and_(*without)), here, True, is_index=False)
    if narrow:
        rest = [one for one, (_, match) in zip(stand, asked, strict=True) if not match]
    else:
        narrow, rest = [_as_match([(term, True) for term in group]) for group in groups], []
    words = table("ticket_words", column("rowid", BigId))
    value: Any = bindparam("looked_for", " AND ".join(narrow), unique=True)
    holds: Any = text("ticket_words MATCH :looked_for").bindparams(value)
    if rest or without:
        others = exists().select_from(kept).where(kept.c.id == words.c.rowid, *rest, *without)
        holds = and_(holds, others)
    is_walked = any(match for _, match in asked)
    return Words(TicketsFound(words, words.c.rowid, holds), here, is_walked)


def _stands_in(spaced: ColumnElement[str], term: Term) -> ColumnElement[bool]:
    """That a term stands in a ticket's words, between spaces."""
    words = f" {' '.join(term.words)}" + ("" if term.is_beginning else " ")
    return func.instr(spaced, words) > 0


def _matched(session: Session, group: Sequence[Term]) -> str:
    """One of these terms, in the words of FTS5; empty where too many words begin like one."""
    spelled: list[tuple[Term, bool]] = []
    for term in group:
        if not term.is_beginning:
            spelled.append((term, False))
            continue
        endings = list(_endings(session, term.words[-1]))
        if len(endings) > MOST_ENDINGS:
            return ""
        before = term.words[:-1]
        # A word that nobody wrote finds nothing, and says so at once.
        spelled += [(Term((*before, one), False), False) for one in endings or term.words[-1:]]
    return _as_match(spelled)


def _as_match(terms: Sequence[tuple[Term, bool]]) -> str:
    """``("ann lee" OR "ann leery")``; a beginning is ``"ann le" *``."""
    spelled = (
        f'"{" ".join(term.words)}"' + (" *" if as_beginning and term.is_beginning else "")
        for term, as_beginning in terms
    )
    return f"({' OR '.join(spelled)})"


# From each word it goes to the next one that is written, and counts nothing.
_ENDINGS = text(
    "WITH RECURSIVE written(word) AS ("
    " SELECT (SELECT term FROM ticket_words_terms WHERE term >= :first LIMIT 1)"
    " UNION ALL SELECT (SELECT term FROM ticket_words_terms"
    " WHERE term >= written.word || char(1) LIMIT 1)"
    " FROM written WHERE written.word < :last LIMIT :most"
    ") SELECT word FROM written WHERE word < :last"
)


def _endings(session: Session, beginning: str) -> Iterator[str]:
    """The words that are written somewhere and begin so; one more than are looked up, at most."""
    last = beginning + "\U0010ffff"
    values = {"first": beginning, "last": last, "most": MOST_ENDINGS + 1}
    yield from session.connection().execute(_ENDINGS, values).scalars()

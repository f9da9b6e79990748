"""What a search that found nothing may have meant: words that were written, or fewer of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from time import perf_counter

from sqlalchemy import String, column, func, select
from sqlalchemy.orm import Session

from helpdesk.actor import Actor
from helpdesk.models import Ticket
from helpdesk.queries.filters import QueueFilter
from helpdesk.queries.queue import count_found
from helpdesk.queries.search_query import OPERATORS, SearchQuery, Term, is_quoted
from helpdesk.queries.search_words import words_found
from helpdesk.tickets.access import visible
from helpdesk.tickets.search import words_of

MOST_WORDS = 5
"""Words that are looked at; a search of more is left as it is."""
MOST_COUNTED = 100
_MOST_READ = 60
"""Tickets whose words are read for each beginning of a word."""
_SHORTEST = 4
_SECONDS = 0.05
"""For so long other searches are counted."""
_ALIKE = 0.7


@dataclass(frozen=True)
class NearMiss:
    """Another search that finds something."""

    search: str
    """As it would be typed."""
    found: int
    """How many tickets, up to :data:`MOST_COUNTED`."""
    left_out: str = ""
    """The word that it is without; empty where words were put right."""
    is_more: bool = False
    """Whether there may be more."""


def near_misses(
    session: Session, actor: Actor, view_name: str, wanted: QueueFilter
) -> tuple[NearMiss, ...]:
    """What may have been meant where a search found nothing: with words put right that nobody ever
    wrote, and without each of its words. Only what finds something is named.

    Its cost is bounded, and nothing comes from tickets that the actor may not see.

    :raises NotAllowed, NotFound: as :func:`queries.queue.queue_page`.
    """
    parts = wanted.search.split()
    plain = [at for at, part in enumerate(parts) if _is_plain(part)]
    if not plain or len(plain) > MOST_WORDS or is_quoted(wanted.search):
        return ()
    tries = []
    meant = {at: _meant(session, actor, words_of(parts[at])[0]) for at in plain}
    if any(meant.values()):
        corrected = [meant.get(at) or part for at, part in enumerate(parts)]
        tries.append((" ".join(corrected), ""))
    if len(parts) > 1:
        tries += [(" ".join((*parts[:at], *parts[at + 1 :])), parts[at]) for at in plain]
    tries = [(search, left_out) for search, left_out in tries if _asks(search, wanted)]
    misses, until = [], perf_counter() + _SECONDS
    for search, left_out in tries:
        seconds, narrowed = until - perf_counter(), replace(wanted, search=search)
        if seconds > 0:
            found, is_more = count_found(
                session, actor, view_name, narrowed, most=MOST_COUNTED, seconds=seconds / 2
            )
            misses.append(NearMiss(search, found, left_out, is_more))
    return tuple(one for one in misses if one.found)


def _asks(search: str, wanted: QueueFilter) -> bool:
    """Whether a search asks for something that is understood: what does not finds everything."""
    query = replace(wanted, search=search).query
    return query != SearchQuery(not_known=query.not_known)


def _is_plain(part: str) -> bool:
    """Whether it is one word, and neither an operator nor what must not be there."""
    is_operator = part.partition(":")[0].lower() in OPERATORS and ":" in part
    return not (part.startswith("-") or part == "OR" or is_operator) and len(words_of(part)) == 1


def _meant(session: Session, actor: Actor, word: str) -> str:
    """The word most like this one that somebody wrote; empty where this one was written itself, or
    none is like it.
    """
    if len(word) < _SHORTEST or not word.isalpha():
        return ""
    swapped = (word[1] + word[0] + word[2], word[0] + word[2] + word[1])
    for beginning in (word[:3], *swapped, word[:2]):
        written = Counter(_written(session, actor, beginning))
        if any(other.startswith(word) for other in written):
            return ""
        alike = {other: _likeness(word, other) for other in written}
        best = max(alike, key=lambda other: (alike[other], written[other], other), default="")
        if best and alike[best] >= _ALIKE:
            return best
    return ""


def _likeness(word: str, other: str) -> float:
    return SequenceMatcher(None, word, other).ratio() if other.isalpha() else 0


def _written(session: Session, actor: Actor, beginning: str) -> Iterable[str]:
    """The words that begin so, in the newest tickets that have one: each as often as it stands in
    another ticket.
    """
    query = SearchQuery(terms=(Term((beginning,), True),))
    found = words_found(session, query)
    is_postgresql = session.get_bind().dialect.name == "postgresql"
    words = column("words", String, _selectable=found.table)
    kept = func.array_to_string(func.tsvector_to_array(words), " ") if is_postgresql else words
    newest = (
        select(kept)
        .select_from(found.table)
        .join(Ticket, Ticket.id == found.ticket_id)
        .where(found.holds, *visible(actor.mailbox_ids))
        .order_by(found.ticket_id.desc())
        .limit(_MOST_READ)
    )
    for document in session.scalars(newest):
        yield from {word for word in document.split(" ") if word.startswith(beginning)}

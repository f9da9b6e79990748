"""What a search that found nothing may have meant: words that were written, or fewer of them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from itertools import combinations, islice
from time import perf_counter
from typing import Any

from sqlalchemy import String, column, func, select
from sqlalchemy.orm import Session

from helpdesk.actor import Actor
from helpdesk.models import Ticket
from helpdesk.queries.filters import QueueFilter
from helpdesk.queries.near_names import near_name
from helpdesk.queries.queue import count_found
from helpdesk.queries.search_query import OPERATORS, SearchQuery, Term, parts_of
from helpdesk.queries.search_words import words_found
from helpdesk.tickets.access import visible
from helpdesk.tickets.search import words_of

MOST_WORDS = 5
"""Words that are looked at; a search of more is left as it is."""
MOST_PARTS = 8
"""Words and operators together."""
MOST_COUNTED = 100
_MOST_PAIRS = 10
_MOST_READ = 60
"""Tickets whose words are read for each beginning of a word."""
_SHORTEST = 4
_SECONDS = 0.05
"""For so long other searches are counted; once more those with a name put right that are without
a part, and those without two."""
_ALIKE = 0.7
_ASKS_FOR_NOTHING = ("not_known", "without", "without_tags", "without_fields", "none_of")


@dataclass(frozen=True)
class NearMiss:
    """Another search that finds something."""

    search: str
    """As it would be typed."""
    found: int
    """How many tickets, up to :data:`MOST_COUNTED`."""
    left_out: str = ""
    """The word or operator that it is without; empty where some were put right."""
    is_more: bool = False
    """Whether there may be more."""
    and_left_out: str = ""
    """The second one that it is without."""


def near_misses(
    session: Session, actor: Actor, view_name: str, wanted: QueueFilter
) -> tuple[NearMiss, ...]:
    """What may have been meant where a search found nothing: with words put right that nobody ever
    wrote, and names that nobody has; and without each of its words and operators, or, where none of
    these alone is too much, without two of them. Only what finds something is named.

    Its cost is bounded, and nothing comes from tickets that the actor may not see.

    :raises NotAllowed, NotFound: as :func:`queries.queue.queue_page`.
    """
    parts = parts_of(wanted.search)
    if len([part for part in parts if _is_plain(part[0])]) > MOST_WORDS:
        return ()
    terms = _terms([part[0] for part in parts])
    if not 0 < len(terms) <= MOST_PARTS:
        return ()
    meant = [_put_right(session, actor, wanted, part) or part[0] for part in parts]
    corrected = " ".join(meant)
    tries = [] if corrected == " ".join(part[0] for part in parts) else [NearMiss(corrected, 0)]
    tries += [_without(terms, one) for one in terms]
    counting = _Counting(session, actor, view_name, wanted)
    misses = counting.those_found(tries)
    put_right = [part for part, near in zip(parts, meant, strict=True) if part[0] != near]
    if not misses and any(part["name"] for part in put_right):
        right = _terms(meant)
        misses = counting.those_found(_without(right, one) for one in right)
    if not misses and len(terms) > 2:
        pairs = islice(combinations(terms, 2), _MOST_PAIRS)
        found = counting.those_found(_without(terms, *pair) for pair in pairs)
        misses = sorted(found, key=lambda one: -one.found)[:1]
    return tuple(misses)


@dataclass(frozen=True)
class _Counting:
    """How many tickets other searches find, as long as there is time."""

    session: Session
    actor: Actor
    view_name: str
    wanted: QueueFilter

    def those_found(self, tries: Iterable[NearMiss]) -> list[NearMiss]:
        """Those of these searches that ask for something else, and find something."""
        misses, until = [], perf_counter() + _SECONDS
        for one in tries:
            narrowed = replace(self.wanted, search=one.search)
            seconds = until - perf_counter()
            if seconds > 0 and _asks(narrowed) and not _asks_the_same(narrowed, self.wanted):
                found, is_more = count_found(
                    self.session,
                    self.actor,
                    self.view_name,
                    narrowed,
                    most=MOST_COUNTED,
                    seconds=seconds / 2,
                )
                misses.append(replace(one, found=found, is_more=is_more))
        return [one for one in misses if one.found]


def _terms(parts: list[str]) -> list[str]:
    """The parts, and as one those with ``OR`` between them: one of these less finds no more."""
    terms: list[str] = []
    joins = False
    for part in parts:
        if part == "OR" or joins:
            terms[-1:] = [f"{terms[-1]} {part}" if terms else part]
        else:
            terms.append(part)
        joins = part == "OR"
    return terms


def _without(terms: list[str], first: str, second: str = "") -> NearMiss:
    left = " ".join(one for one in terms if one is not first and one is not second)
    return NearMiss(left, 0, left_out=first, and_left_out=second)


def _asks(wanted: QueueFilter) -> bool:
    """Whether a search asks for something that is understood, and not only what must not be: else
    it finds nearly everything."""
    nothing: dict[str, Any] = dict.fromkeys(_ASKS_FOR_NOTHING, ())
    return replace(wanted.query, folder="", **nothing) != SearchQuery()


def _asks_the_same(one: QueueFilter, other: QueueFilter) -> bool:
    return replace(one.query, not_known=()) == replace(other.query, not_known=())


def _put_right(session: Session, actor: Actor, wanted: QueueFilter, part: re.Match[str]) -> str:
    """A word, or an operator with a name, as it may have been meant; empty if so already."""
    if _is_plain(part[0]):
        return _meant(session, actor, words_of(part[0])[0])
    operator = (part["name"] or "").lower()
    value = part["exact"] or part["open"] or part["plain"] or ""
    if part["minus"] or not operator:
        return ""
    near = near_name(session, actor, operator, value.strip(), wanted.known)
    if not near:
        return ""
    return f'{operator}:"{near}"' if " " in near else f"{operator}:{near}"


def _is_plain(part: str) -> bool:
    """Whether it is one word, and neither an operator nor what must not be there."""
    is_operator = part.partition(":")[0].lower() in OPERATORS and ":" in part
    is_word = not (part.startswith("-") or part == "OR" or is_operator or '"' in part)
    return is_word and len(words_of(part)) == 1


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

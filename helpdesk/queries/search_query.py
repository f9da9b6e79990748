"""What somebody typed into the search: words, "exact words", and operators such as ``is:open``."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from helpdesk.text import clean_line
from helpdesk.tickets.search import words_of
from helpdesk.tickets.tags import folded
from helpdesk.vocabulary import PRIORITIES, STATUSES

LONGEST = 300
"""Characters of a search; what comes after is not looked at."""
_MOST_WORDS = 20
_SHORTEST_BEGINNING = 3
"""A word of fewer Latin letters must stand there as it is: “an” does not find “and”."""

_PART = re.compile(r'(?:(?P<name>[a-z]+):)?(?:"(?P<exact>[^"]*)"|(?P<plain>[^\s"]+))')


@dataclass(frozen=True)
class Term:
    """Words that stand one after another; the last may be the beginning of a longer one."""

    words: tuple[str, ...]
    is_beginning: bool


@dataclass(frozen=True)
class SearchQuery:
    """A search, read. Empty fields ask for nothing."""

    terms: tuple[Term, ...] = ()
    status: str = ""
    priority: str = ""
    assignee: str = ""
    """``me``, ``none``, or the beginning of a name."""
    requester: str = ""
    """The beginning of an address."""
    tags: tuple[str, ...] = ()
    """Names, as they are compared: all of them."""
    snoozed: str = ""
    """``yes``: only what is snoozed."""
    created_from: datetime | None = None
    created_before: datetime | None = None

    @property
    def words(self) -> tuple[str, ...]:
        """All words, to be marked where they are found."""
        return tuple(word for term in self.terms for word in term.words)

    @property
    def has_words(self) -> bool:
        return bool(self.terms)


def read_search_query(typed: str) -> SearchQuery:
    """Read a search. What is no operator, or has a value that it does not know, is searched for
    as the words it is."""
    terms: list[Term] = []
    tags: list[str] = []
    operators: dict[str, str] = {}
    moments: dict[str, datetime] = {}
    for part in _PART.finditer(clean_line(typed, LONGEST)):
        name, value = part["name"] or "", part["exact"] if part["plain"] is None else part["plain"]
        operator = _operator(name, value)
        if name == "tag" and folded(value):
            tags.append(folded(value))
        elif operator:
            operators[operator[0]] = operator[1]
        elif name in ("before", "after") and (moment := _day(value)):
            moments[name] = moment + timedelta(days=1) if name == "after" else moment
        else:
            term = _term(f"{name} {value}".strip(), exact=part["plain"] is None)
            terms += [term] if term else []
    return SearchQuery(
        tuple(terms[:_MOST_WORDS]),
        **operators,
        tags=tuple(tags[:_MOST_WORDS]),
        created_from=moments.get("after"),
        created_before=moments.get("before"),
    )


def plain_words(typed: str) -> SearchQuery:
    """Read a search in which nothing is an operator: words, the last maybe a beginning."""
    terms = (_term(word, exact=False) for word in clean_line(typed, LONGEST).split())
    return SearchQuery(tuple(term for term in terms if term)[:_MOST_WORDS])


def _operator(name: str, value: str) -> tuple[str, str] | None:
    """The field that an operator asks for, and the value; None where it is none."""
    folded = value.strip().casefold()
    plain = folded.replace("-", "_").replace(" ", "_")
    if name == "is" and plain in STATUSES:
        return "status", plain
    if name == "is" and plain == "unassigned":
        return "assignee", "none"
    if name == "is" and plain == "mine":
        return "assignee", "me"
    if name == "is" and plain == "snoozed":
        return "snoozed", "yes"
    if name == "priority" and plain in PRIORITIES:
        return "priority", plain
    if name == "assignee" and folded:
        return "assignee", folded
    if name == "from" and folded:
        return "requester", folded
    return None


def _day(value: str) -> datetime | None:
    try:
        day = date.fromisoformat(value)
        return datetime(day.year, day.month, day.day, tzinfo=UTC) if day.year < 9999 else None
    except ValueError:
        return None


def _term(value: str, *, exact: bool) -> Term | None:
    words = tuple(words_of(value))
    if not words:
        return None
    last = words[-1]
    return Term(words, not exact and (len(last) >= _SHORTEST_BEGINNING or not last.isascii()))

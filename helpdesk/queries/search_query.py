"""What somebody typed into the search: words, "exact words", and operators such as ``is:open``.

The grammar: terms stand side by side, and all must hold. A term is a word, or ``"words in a row"``,
either with ``-`` before it for what must not be there; or an operator, ``name:value`` or
``name:"a value"``; of these, ``-tag:`` says what must not be there. ``OR`` between two words asks
for one of them. The key of a field that the team has made is an operator, too, for whoever sees the
field; with ``-`` before it, it says what must not be there.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from helpdesk.detected_language import LANGUAGE_NAMES
from helpdesk.queries.field_search import FieldTerm, has_term, read_term
from helpdesk.text import clean_line
from helpdesk.tickets.custom_fields import FieldView
from helpdesk.tickets.search import words_of
from helpdesk.tickets.tags import folded
from helpdesk.vocabulary import FOLDERS, PRIORITIES, STATUSES

LONGEST = 300
"""Characters of a search; what comes after is not looked at."""
_MOST_WORDS = 20
_SHORTEST_BEGINNING = 3
"""A word of fewer Latin letters must stand there as it is: “an” does not find “and”."""

_PART = re.compile(
    r'(?P<minus>-)?(?:(?P<name>[a-z][a-z0-9-]*):)?(?:"(?P<exact>[^"]*)"|(?P<plain>[^\s"]+))'
)
_NUMBER = re.compile(r"20\d{6,}")
"""A ticket's number without its letters, from the day on."""


@dataclass(frozen=True)
class Term:
    """Words that stand one after another; the last may be the beginning of a longer one."""

    words: tuple[str, ...]
    is_beginning: bool


@dataclass(frozen=True)
class SearchQuery:
    """A search, read. Empty fields ask for nothing."""

    terms: tuple[Term, ...] = ()
    """All of these must be there."""
    either: tuple[tuple[Term, ...], ...] = ()
    """Of each of these, one."""
    without: tuple[Term, ...] = ()
    """None of these."""
    status: str = ""
    priority: str = ""
    assignee: str = ""
    """``me``, ``none``, or the beginning of a name."""
    requester: str = ""
    """The beginning of an address, or a domain."""
    in_copy: str = ""
    """The same, of somebody in copy."""
    category: str = ""
    language: str = ""
    mailbox: str = ""
    """The beginning of a mailbox's address or name."""
    team: str = ""
    """The beginning of a team's name, or ``none``."""
    order_number: str = ""
    subject: tuple[str, ...] = ()
    """What the subject must hold."""
    tags: tuple[str, ...] = ()
    """Names, as they are compared: all of them."""
    without_tags: tuple[str, ...] = ()
    """None of these."""
    fields: tuple[FieldTerm, ...] = ()
    """What must stand in fields that the team has made: all of it."""
    without_fields: tuple[FieldTerm, ...] = ()
    """None of this."""
    folder: str = ""
    snoozed: bool = False
    """Only what is snoozed."""
    has_files: bool = False
    has_order: bool = False
    has_side: bool = False
    """Whether staff asked somebody outside in a side conversation of it."""
    answered: bool | None = None
    """Whether the newest message is from staff."""
    created_from: datetime | None = None
    created_before: datetime | None = None
    not_known: tuple[str, ...] = ()
    """What was typed that nobody knows: an operator with a value that it does not have."""

    def joined(self, other: SearchQuery) -> SearchQuery:
        """The words, tags and fields of both; the rest is this one's."""
        return replace(
            self,
            terms=self.terms + other.terms,
            either=self.either + other.either,
            without=self.without + other.without,
            tags=self.tags + other.tags,
            without_tags=self.without_tags + other.without_tags,
            fields=self.fields + other.fields,
            without_fields=self.without_fields + other.without_fields,
        )

    @property
    def wanted(self) -> tuple[Term, ...]:
        """All terms that may be found, to be marked where they are."""
        return (*self.terms, *(term for group in self.either for term in group))

    @property
    def words(self) -> tuple[str, ...]:
        return tuple(word for term in self.wanted for word in term.words)

    @property
    def has_words(self) -> bool:
        """Whether the full text is asked."""
        return bool(self.terms or self.either or self.without)


def read_search_query(typed: str, known: Sequence[FieldView] = ()) -> SearchQuery:
    """Read a search.

    :param known: the fields that the team has made, as far as whoever searches sees them.

    A name before a colon that is no operator's belongs to the words; an operator with a value that
    it does not have is left out, and said to be.
    """
    reading = _Reading(known)
    for part in _PART.finditer(clean_line(typed, LONGEST)):
        reading.take(part)
    return reading.query()


class _Reading:
    """A search while it is read, part by part."""

    def __init__(self, known: Sequence[FieldView]) -> None:
        self._known: dict[str, list[FieldView]] = {}
        for field in known:
            self._known.setdefault(field.key, []).append(field)
        self._found: list[FieldTerm] = []
        self._without_found: list[FieldTerm] = []
        self._groups: list[list[Term]] = []
        self._without: list[Term] = []
        self._fields: dict[str, Any] = {}
        self._subject: list[str] = []
        self._tags: list[str] = []
        self._without_tags: list[str] = []
        self._not_known: list[str] = []
        self._joins = False

    def take(self, part: re.Match[str]) -> None:
        name, is_exact = part["name"] or "", part["plain"] is None
        value = part["exact"] if is_exact else part["plain"]
        if value == "OR" and not (name or is_exact or part["minus"]):
            self._joins = bool(self._groups)
        elif name in self._known or (name == "has" and value in self._known):
            self._take_field(part, name, value)
        elif name in OPERATORS:
            self._take_operator(part, name, value.strip())
        elif term := _term(f"{name} {value}".strip(), exact=is_exact):
            self._take_term(term, bool(part["minus"]), value)

    def _take_operator(self, part: re.Match[str], name: str, value: str) -> None:
        self._joins = False
        found = None if part["minus"] and name != "tag" else OPERATORS[name](value)
        if found is None:
            self._not_known.append(part[0])
        elif name == "subject":
            self._subject.append(value)
        elif name == "tag":
            (self._without_tags if part["minus"] else self._tags).append(found["tag"])
        else:
            self._fields |= found
        # The full text has these in it, and finds them by an index.
        if found is not None and name in ("subject", "from"):
            words = tuple(words_of(value))
            self._groups += [[Term(words, True)]] if words else []

    def _take_field(self, part: re.Match[str], name: str, value: str) -> None:
        self._joins = False
        is_has = name not in self._known
        fields = self._known[value if is_has else name]
        term = has_term(fields) if is_has else read_term(fields, value)
        if term is None:
            self._not_known.append(part[0])
        else:
            (self._without_found if part["minus"] else self._found).append(term)

    def _take_term(self, term: Term, is_without: bool, value: str) -> None:
        alternatives = [term]
        if _NUMBER.fullmatch(value):
            alternatives.append(Term((f"tkt{value}",), True))
        if is_without:
            self._without.append(term)
        elif self._joins:
            self._groups[-1] += alternatives
        else:
            self._groups.append(alternatives)
        self._joins = False

    def query(self) -> SearchQuery:
        groups = [group for group in self._groups if group][:_MOST_WORDS]
        return SearchQuery(
            tuple(group[0] for group in groups if len(group) == 1),
            tuple(tuple(group[:_MOST_WORDS]) for group in groups if len(group) > 1),
            tuple(self._without[:_MOST_WORDS]),
            subject=tuple(self._subject),
            tags=tuple(self._tags[:_MOST_WORDS]),
            without_tags=tuple(self._without_tags[:_MOST_WORDS]),
            fields=tuple(self._found[:_MOST_WORDS]),
            without_fields=tuple(self._without_found[:_MOST_WORDS]),
            not_known=tuple(self._not_known),
            **self._fields,
        )


def plain_words(typed: str) -> SearchQuery:
    """Read a search in which nothing is an operator: words, the last maybe a beginning."""
    terms = (_term(word, exact=False) for word in clean_line(typed, LONGEST).split())
    return SearchQuery(tuple(term for term in terms if term)[:_MOST_WORDS])


def _is(value: str) -> dict[str, Any] | None:
    plain = value.casefold().replace("-", "_").replace(" ", "_")
    if plain in STATUSES:
        return {"status": plain}
    if plain in FOLDERS:
        return {"folder": plain}
    return _STATES.get(plain)


_STATES: dict[str, dict[str, Any]] = {
    "unassigned": {"assignee": "none"},
    "mine": {"assignee": "me"},
    "snoozed": {"snoozed": True},
    "answered": {"answered": True},
    "unanswered": {"answered": False},
}


def _priority(value: str) -> dict[str, Any] | None:
    plain = value.casefold()
    return {"priority": plain} if plain in PRIORITIES else None


def _language(value: str) -> dict[str, Any] | None:
    plain = value.casefold()
    named = (code for code, name in LANGUAGE_NAMES.items() if plain in (code, name.casefold()))
    code = next(named, "")
    return {"language": code} if code else None


def _in(value: str) -> dict[str, Any] | None:
    plain = value.casefold()
    return {"folder": plain} if plain in FOLDERS else None


def _has(value: str) -> dict[str, Any] | None:
    names = {"attachment": "has_files", "file": "has_files", "files": "has_files"}
    name = {**names, "order": "has_order", "side": "has_side"}.get(value.casefold())
    return {name: True} if name else None


def _text(field: str) -> Callable[[str], dict[str, Any] | None]:
    return lambda value: {field: value.casefold()} if value else None


def _tag(value: str) -> dict[str, Any] | None:
    return {"tag": folded(value)} if folded(value) else None


def _from_day(value: str) -> dict[str, Any] | None:
    day = _day(value)
    return {"created_from": day + timedelta(days=1)} if day else None


def _before_day(value: str) -> dict[str, Any] | None:
    day = _day(value)
    return {"created_before": day} if day else None


OPERATORS: dict[str, Callable[[str], dict[str, Any] | None]] = {
    "is": _is,
    "in": _in,
    "has": _has,
    "priority": _priority,
    "category": _text("category"),
    "language": _language,
    "assignee": _text("assignee"),
    "from": _text("requester"),
    "cc": _text("in_copy"),
    "mailbox": _text("mailbox"),
    "tag": _tag,
    "team": _text("team"),
    "order": _text("order_number"),
    "subject": _text("subject"),
    "before": _before_day,
    "after": _from_day,
}
"""What each operator makes of its value: fields of :class:`SearchQuery`; None of what it does not
know."""


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

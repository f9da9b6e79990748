"""What somebody typed into the search: words, "exact words", and operators such as ``is:open``.

The grammar: terms stand side by side, and all must hold. A term is a word, or ``"words in a row"``,
either with ``-`` before it for what must not be there; or an operator, ``name:value`` or
``name:"a value"``, in any case; ``-`` before it says what must not be, of all but folders. ``OR``
between two words, or between two operators, asks for one of them; elsewhere it is left out, and
said to be. The key of a field that the team has made is an operator, too, for whoever sees the
field. A quote that is not closed reaches to the end. An operator that stands there twice must hold
both times.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields, replace
from datetime import UTC, date, datetime, timedelta
from enum import Enum, auto
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
_MOST_OPERATORS = 20
_SHORTEST_BEGINNING = 3
"""A word of fewer Latin letters must stand there as it is: “an” does not find “and”."""

_PART = re.compile(
    r"(?P<minus>-)?(?:(?P<name>[A-Za-z][A-Za-z0-9-]*):)?"
    # An open quote stands where a term begins, and not behind a number, as that of inches.
    r'(?:"(?P<exact>[^"]*)"|(?<![^\s:-])"(?P<open>[^"]*)$|(?P<plain>[^\s"]+))'
)
_QUOTES = str.maketrans(dict.fromkeys("“”„‟«»＂", '"'))
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
    """``me``, ``none``, or the beginning of a name as it is shown, or of an address."""
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
    also: tuple[SearchQuery, ...] = ()
    """More operators of which all must hold: of a name that stands there with another value."""
    one_of: tuple[tuple[SearchQuery, ...], ...] = ()
    """Operators: of each of these groups, one must hold."""
    none_of: tuple[SearchQuery, ...] = ()
    """Operators of which none may hold."""
    not_known: tuple[str, ...] = ()
    """What was typed that nobody knows: an operator with no value, or one that it does not have;
    ``OR`` where it joins nothing; and signs where there is nothing else."""

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

    def narrowed(self, other: SearchQuery) -> SearchQuery:
        """The operators of both. Of what only one value can be told, another goes to ``also``."""
        found: dict[str, Any] = {}
        for name, unasked in _UNASKED.items():
            mine, value = getattr(self, name), getattr(other, name)
            if isinstance(value, tuple):
                found[name] = mine + value
            elif mine == unasked:
                found[name] = value
            elif name in _DAYS and value != unasked:
                found[name] = _DAYS[name](mine, value)
            elif value not in (unasked, mine):
                found["also"] = (*found.get("also", self.also), SearchQuery(**{name: value}))
        return replace(self, **found)

    @property
    def contradicts(self) -> bool:
        """Whether no ticket can be so: it has one status, and two are asked for."""
        return any(
            one.answered is not None or any(getattr(one, name) for name in _SINGLE)
            for one in self.also
        )

    @property
    def other_tags(self) -> tuple[str, ...]:
        """The names of tags besides those that all must have, as they are compared."""
        joined = (one for group in self.one_of for one in group)
        named = (name for one in joined for name in (*one.tags, *one.without_tags))
        return (*self.without_tags, *named)

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


_UNASKED = {one.name: one.default for one in fields(SearchQuery) if one.name != "also"}
_DAYS: dict[str, Callable[..., datetime]] = {"created_from": max, "created_before": min}
_SINGLE = ("status", "priority", "category", "language", "folder")


def read_search_query(typed: str, known: Sequence[FieldView] = ()) -> SearchQuery:
    """Read a search.

    :param known: the fields that the team has made, as far as whoever searches sees them.

    A name before a colon that is no operator's belongs to the words; an operator without a value,
    or with one that it does not have, is left out, and said to be; so is all that holds no word.
    """
    reading, parts = _Reading(known), parts_of(typed)
    for part in parts:
        reading.take(part)
    query = reading.query()
    if query == SearchQuery():
        return replace(query, not_known=tuple(dict.fromkeys(part[0] for part in parts)))
    return query


def parts_of(typed: str) -> list[re.Match[str]]:
    """What stands side by side in a search: words, quoted words, operators, each ``OR``."""
    return list(_PART.finditer(clean_line(typed, LONGEST).translate(_QUOTES)))


class _Reading:
    """A search while it is read, part by part."""

    def __init__(self, known: Sequence[FieldView]) -> None:
        self._known: dict[str, list[FieldView]] = {}
        for field in known:
            self._known.setdefault(field.key, []).append(field)
        self._groups: list[list[Term]] = []
        self._without: list[Term] = []
        self._operators: list[list[SearchQuery]] = []
        self._not_known: list[str] = []
        self._last = _Beside.NOTHING
        self._is_or = False

    def take(self, part: re.Match[str]) -> None:
        typed, is_exact = part["name"] or "", part["plain"] is None
        value = part["exact"] or part["open"] or part["plain"] or ""
        if value.endswith(":") and not (typed or is_exact):
            typed, value = value[:-1], ""
        name = typed.lower()
        key = value.lower() if name == "has" else name
        if value == "OR" and not (name or is_exact or part["minus"]):
            self._is_or = True
        elif key in self._known:
            of_key = self._known[key]
            asked = has_term(of_key) if name not in self._known else read_term(of_key, value)
            found = SearchQuery(fields=(asked,)) if asked else None
            without = SearchQuery(without_fields=(asked,)) if asked else None
            self._take_operator(part, found, without)
        elif name in OPERATORS:
            read = OPERATORS[name](value.strip())
            found = SearchQuery(**read) if read else None
            self._take_operator(part, found, _without(found) if found else None)
        elif term := _term(f"{typed} {value}".strip(), exact=is_exact):
            self._take_term(term, bool(part["minus"]), value)

    def _take_operator(
        self, part: re.Match[str], found: SearchQuery | None, without: SearchQuery | None
    ) -> None:
        one = without if part["minus"] else found
        if len(self._operators) == _MOST_OPERATORS and not self._is_or:
            one = None
        is_one = one is not None and not one.folder
        joins = self._joins(_Beside.OPERATOR if is_one else _Beside.OTHER)
        if one is None:
            self._not_known.append(part[0])
        elif joins:
            self._operators[-1].append(one)
        else:
            self._operators.append([one])

    def _take_term(self, term: Term, is_without: bool, value: str) -> None:
        alternatives = [term]
        if _NUMBER.fullmatch(number := value.strip("#[]")):
            alternatives.append(Term((f"tkt{number}",), True))
        joins = self._joins(_Beside.OTHER if is_without else _Beside.WORD)
        if is_without:
            self._without.append(term)
        elif joins:
            self._groups[-1] += alternatives
        else:
            self._groups.append(alternatives)

    def _joins(self, kind: _Beside) -> bool:
        """Whether an ``OR`` stands between what was taken last and what is now, and can; where it
        cannot, it is left out."""
        joins = self._is_or and kind is self._last and kind is not _Beside.OTHER
        if self._is_or and not joins and self._last is not _Beside.NOTHING:
            self._not_known.append("OR")
        self._is_or, self._last = False, kind
        return joins

    def query(self) -> SearchQuery:
        found = SearchQuery()
        for group in self._operators:
            one = SearchQuery(one_of=(tuple(group),)) if len(group) > 1 else group[0]
            found = found.narrowed(one)
        # The full text has these in it, and finds them by an index.
        indexed = (words_of(one) for one in (*found.subject, found.requester))
        groups = [*self._groups, *([Term(tuple(one), True)] for one in indexed if one)]
        groups = groups[:_MOST_WORDS]
        return replace(
            found,
            terms=tuple(group[0] for group in groups if len(group) == 1),
            either=tuple(tuple(group[:_MOST_WORDS]) for group in groups if len(group) > 1),
            without=tuple(self._without[:_MOST_WORDS]),
            not_known=tuple(dict.fromkeys(self._not_known)),
        )


class _Beside(Enum):
    """What a part of a search is, as far as ``OR`` can stand beside it."""

    NOTHING = auto()
    WORD = auto()
    OPERATOR = auto()
    OTHER = auto()


def _without(found: SearchQuery) -> SearchQuery | None:
    """That this must not hold; None of a folder, which is where a search looks."""
    if found.folder:
        return None
    return SearchQuery(without_tags=found.tags) if found.tags else SearchQuery(none_of=(found,))


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
    return {"tags": (folded(value),)} if folded(value) else None


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
    "subject": lambda value: {"subject": (value,)} if value else None,
    "before": _before_day,
    "after": _from_day,
}
"""Fields of :class:`SearchQuery` that each makes of its value; None of what it does not know."""


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

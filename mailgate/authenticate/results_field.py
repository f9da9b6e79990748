"""The Authentication-Results field (RFC 8601 2.2), read strictly: a doubt is an error.

Values in it may come from the sender (a local part, a HELO name), so nothing is decoded, repaired
or guessed: what is quoted stays one value, what is in a comment stays a comment.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

LONGEST = 16 * 1024
_SPACE = re.compile(r"[ \t\r\n]*")
_QUOTED = re.compile(r'"((?:[^"\\\r\n]|\\[^\r\n])*)"')
_PLAIN = re.compile(r'[^\s();"]+')
_KEY = re.compile(r"[A-Za-z][A-Za-z0-9_.-]*(?:/\d+)?")
_VERSION = re.compile(r"\d+(?=[\s;(]|$)")
_NOTHING = re.compile(r"none\b[ \t\r\n]*$", re.IGNORECASE)


class BadResultsError(Exception):
    """The field does not follow its grammar."""


@dataclass(frozen=True)
class Result:
    """One method's result. ``properties`` have lower-case names such as ``header.from``."""

    method: str
    result: str
    properties: dict[str, str] = field(default_factory=dict)
    comments: tuple[str, ...] = ()


@dataclass(frozen=True)
class Results:
    """What one server says it found out."""

    authserv_id: str
    results: tuple[Result, ...]

    def of(self, method: str) -> list[Result]:
        """All results of a method."""
        return [result for result in self.results if result.method == method]


def authserv_id(value: str) -> str:
    """Only who speaks, in lower case; empty where that cannot be read."""
    try:
        scanner = _Scanner(value)
        scanner.skip()
        return scanner.value().lower()
    except BadResultsError:
        return ""


def parse(value: str) -> Results:
    """Read a field's value.

    :raises BadResultsError: it breaks the grammar, is too long, or says a thing twice.
    """
    scanner = _Scanner(value)
    scanner.skip()
    speaker = scanner.value().lower()
    scanner.skip()
    scanner.match(_VERSION)
    scanner.skip()
    results: list[Result] = []
    while not scanner.ended:
        scanner.expect(";")
        scanner.skip()
        if scanner.ended or (not results and scanner.match(_NOTHING)):
            break
        results.append(_result(scanner))
    return Results(speaker, tuple(results))


def _result(scanner: _Scanner) -> Result:
    scanner.comments.clear()
    method, word = scanner.pair()
    properties: dict[str, str] = {}
    scanner.skip()
    while not scanner.ended and not scanner.at(";"):
        name, value = scanner.pair()
        if properties.setdefault(name, value) != value:
            raise BadResultsError(f"{name} is given twice")
        scanner.skip()
    return Result(method.partition("/")[0], word.lower(), properties, tuple(scanner.comments))


class _Scanner:
    """A place in the text, and the comments that were passed."""

    def __init__(self, text: str) -> None:
        if len(text) > LONGEST:
            raise BadResultsError("it is too long")
        self._text = text
        self._at = 0
        self.comments: list[str] = []

    @property
    def ended(self) -> bool:
        return self._at >= len(self._text)

    def at(self, mark: str) -> bool:
        return self._text.startswith(mark, self._at)

    def expect(self, mark: str) -> None:
        if not self.at(mark):
            raise BadResultsError(f"{mark} is missing")
        self._at += len(mark)

    def match(self, pattern: re.Pattern[str]) -> str | None:
        found = pattern.match(self._text, self._at)
        if found is None:
            return None
        self._at = found.end()
        return found[0]

    def skip(self) -> None:
        """White space and comments (RFC 5322 3.2.2)."""
        self.match(_SPACE)
        while self.at("("):
            self._comment()
            self.match(_SPACE)

    def pair(self) -> tuple[str, str]:
        """``name = value``; the name in lower case."""
        name = self.match(_KEY)
        if name is None:
            raise BadResultsError("a name is missing")
        self.skip()
        self.expect("=")
        self.skip()
        return name.lower(), self.value()

    def value(self) -> str:
        """A token, a quoted string, or an address made of both."""
        parts: list[str] = []
        while not self.ended:
            quoted = _QUOTED.match(self._text, self._at)
            if quoted:
                self._at = quoted.end()
                parts.append(re.sub(r"\\(.)", r"\1", quoted[1]))
                continue
            plain = self.match(_PLAIN)
            if plain is None:
                break
            parts.append(plain)
        if not parts:
            raise BadResultsError("a value is missing")
        return "".join(parts)

    def _comment(self) -> None:
        start, depth = self._at, 0
        while not self.ended:
            letter = self._text[self._at]
            self._at += 2 if letter == "\\" else 1
            depth += (letter == "(") - (letter == ")")
            if depth == 0:
                self.comments.append(self._text[start + 1 : self._at - 1])
                return
        raise BadResultsError("a comment has no end")

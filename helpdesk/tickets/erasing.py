"""Taking a person out of what others wrote: their addresses, their names, and their own words."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

ERASED = "[erased]"
"""What stands where something of theirs stood."""
_LEAST_LINE = 12
"""Shorter lines are everybody's: they are taken for theirs only where they are quoted."""
_LEAST_NAME = 3
_QUOTE = re.compile(r"^[\s>|]*")


@dataclass(frozen=True)
class ErasedPerson:
    """Whom to take out."""

    addresses: tuple[str, ...]
    names: tuple[str, ...] = ()
    lines: frozenset[str] = field(default_factory=frozenset)
    """What they wrote, line by line, as :func:`plain_line` has it."""

    def without_addresses(self, text: str) -> str:
        """The text without their addresses."""
        return self._addresses.sub(ERASED, text) if self.addresses else text

    def without_names(self, text: str) -> str:
        """The text without their addresses, their names, and single words of these: for what is
        said to them or of them, and nowhere else.
        """
        text = self.without_addresses(text)
        return self._names.sub(ERASED, text) if self._words else text

    def without_all(self, text: str) -> str:
        """The text without what they wrote, too."""
        kept = [ERASED if self._is_theirs(line) else line for line in text.split("\n")]
        merged = [
            line
            for at, line in enumerate(kept)
            if line != ERASED or at == 0 or kept[at - 1] != line
        ]
        return self.without_names("\n".join(merged))

    def value_without_all(self, value: Any) -> Any:
        """The same of plain JSON values."""
        return _mapped(value, self.without_all)

    def value_without_names(self, value: Any) -> Any:
        """:meth:`without_names` of plain JSON values."""
        return _mapped(value, self.without_names)

    def quotes(self, text: str) -> bool:
        """Whether the text names them, or has a line of theirs."""
        return self.without_all(text) != text

    def _is_theirs(self, line: str) -> bool:
        plain = plain_line(line)
        if plain in self.lines:
            return len(plain) >= _LEAST_LINE or line.lstrip().startswith((">", "|"))
        # A mail program may have broken the lines anew.
        return len(plain) >= _LEAST_LINE and any(
            plain in said or (len(said) >= _LEAST_LINE and said in plain) for said in self.lines
        )

    @cached_property
    def _addresses(self) -> re.Pattern[str]:
        return _any_of(self.addresses)

    @cached_property
    def _words(self) -> tuple[str, ...]:
        local_parts = (address.partition("@")[0] for address in self.addresses)
        wanted = [*self.names, *(word for name in self.names for word in name.split())]
        found = {word.strip(".,;:'\"()") for word in (*wanted, *local_parts)}
        return tuple(sorted((one for one in found if len(one) >= _LEAST_NAME), key=len)[::-1])

    @cached_property
    def _names(self) -> re.Pattern[str]:
        return re.compile(rf"(?<!\w)(?:{_either(self._words)})(?!\w)", re.IGNORECASE)


def plain_line(line: str) -> str:
    """A line as lines are compared: without marks of quotes, case and doubled blanks."""
    return " ".join(_QUOTE.sub("", line).casefold().split())


def lines_of(texts: Iterable[str]) -> frozenset[str]:
    """The lines of texts, as they are compared."""
    return frozenset(
        plain for text in texts for line in text.split("\n") if len(plain := plain_line(line)) > 3
    )


def _mapped(value: Any, change: Any) -> Any:
    if isinstance(value, str):
        return change(value)
    if isinstance(value, list):
        return [_mapped(one, change) for one in value]
    if isinstance(value, dict):
        return {name: _mapped(one, change) for name, one in value.items()}
    return value


def _any_of(words: Iterable[str]) -> re.Pattern[str]:
    return re.compile(_either(words), re.IGNORECASE)


def _either(words: Iterable[str]) -> str:
    return "|".join(re.escape(one) for one in words)

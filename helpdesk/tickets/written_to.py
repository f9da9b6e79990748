"""To whom a message was written: kept with it and shown on the desk, never on customers' pages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

NamedPair = tuple[str, str]
"""A name and an address."""


@dataclass(frozen=True)
class WrittenTo:
    """Who stands in To, Cc and Bcc of a message."""

    to: tuple[NamedPair, ...] = ()
    cc: tuple[NamedPair, ...] = ()
    bcc: tuple[NamedPair, ...] = ()

    @property
    def beside(self) -> tuple[NamedPair, ...]:
        """Who is in copy, openly or not."""
        return (*self.cc, *self.bcc)

    def as_dict(self) -> dict[str, Any]:
        """Return plain JSON values, to keep with the message."""
        return dict(vars(self))


def read_written_to(kept: Mapping[str, Any] | None) -> WrittenTo | None:
    """The same from what a message keeps; None where that is not known."""
    if kept is None:
        return None
    return WrittenTo(*(_pairs(kept.get(field, ())) for field in ("to", "cc", "bcc")))


def _pairs(kept: Iterable[Iterable[str]]) -> tuple[NamedPair, ...]:
    return tuple((str(name), str(address)) for name, address in kept)

"""The table of what faults led to: a row as soon as each is over."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Protocol, TypeVar


class Outcome(Protocol):
    """What one fault led to."""

    @property
    def holds(self) -> bool:
        """Whether what was promised held."""


Found = TypeVar("Found", bound=Outcome)


def chosen(names: Iterable[str], only: str) -> list[str]:
    """The faults whose name contains ``only``, whatever its case."""
    return [name for name in names if only.lower() in name.lower()]


def print_rows(
    names: Iterable[str], run: Callable[[str], Found], row: Callable[[Found], str]
) -> bool:
    """Run each fault and print its row; whether all held."""
    held = True
    for name in names:
        outcome = run(name)
        held = outcome.holds and held
        print(row(outcome), flush=True)
    return held

"""Noticing that the wall clock was set: what goes by its time then waits, and deletes nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

JUMP = timedelta(hours=1)
"""A wall clock that goes so far from the other one was set."""


class ClockGuard:
    """Compares the wall clock with one that only goes on."""

    def __init__(self, clock: Callable[[], datetime], monotonic: Callable[[], float]) -> None:
        self._clock, self._monotonic = clock, monotonic
        self._begun = self._beginning()

    def was_set(self) -> bool:
        """Whether the wall clock was set since it was asked last."""
        begun = self._beginning()
        is_far = abs(begun - self._begun) > JUMP
        self._begun = begun if is_far else self._begun
        return is_far

    def _beginning(self) -> datetime:
        return self._clock() - timedelta(seconds=self._monotonic())

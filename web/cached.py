"""Values that every page shows and that may be a few seconds old: figures, names to choose from."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Lock
from typing import Generic, TypeVar

from web.store import now

T = TypeVar("T")

_SHARE = 50
"""What takes a second to make is cached for fifty: at most 2 % of the time goes into making it."""


class CachedValue(Generic[T]):
    """A value, made by one thread at a time and cached for some seconds.

    While one makes it anew, the others get the one before. ``seconds`` is the least time; what
    takes long to make is cached for longer.
    """

    def __init__(self, make: Callable[[], T], *, seconds: float) -> None:
        self._make = make
        self._least = timedelta(seconds=seconds)
        self._making = Lock()
        self._value: tuple[T] | None = None
        self._made_at: datetime | None = None
        self._lasts = self._least

    def get(self) -> T:
        """The value."""
        cached = self._value
        if cached and (self._is_fresh() or self._making.locked()):
            return cached[0]
        with self._making:
            if self._value and self._value is not cached:
                return self._value[0]
            began = time.perf_counter()
            made = self._make()
            took = timedelta(seconds=time.perf_counter() - began)
            self._lasts = max(self._least, took * _SHARE)
            self._value, self._made_at = (made,), now()
            return made

    def forget(self) -> None:
        """Make it anew when it is next asked for: it was changed just now."""
        self._made_at = None

    def _is_fresh(self) -> bool:
        made_at = self._made_at
        # A clock that was set back would otherwise keep it for as long as that.
        return made_at is not None and timedelta(0) <= now() - made_at < self._lasts

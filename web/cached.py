"""Values that every page shows and that may be a few seconds old: figures, names to choose from."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from threading import Lock
from typing import Generic, TypeVar

from web.store import now, store

T = TypeVar("T")

_SHARE = 50
"""What takes a second to make is cached for fifty: at most 2 % of the time goes into making it."""


class ChangeMark:
    """A file by which a process tells the others on its machine that something was changed.

    Other machines learn of it by the time that a value lasts.
    """

    def __init__(self, name: str) -> None:
        self._name = name

    def seen(self) -> int:
        """When it was set last: other than before, if it was set since."""
        try:
            return os.stat(self._path()).st_mtime_ns  # noqa: PTH116 (a page asks it twenty times)
        except OSError:
            return 0

    def set(self) -> None:
        """Tell them. A full disk has them learn it some seconds later."""
        at = time.time_ns()
        with suppress(OSError):
            path = Path(self._path())
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch()
            os.utime(path, ns=(at, at))  # a file system's own clock ticks too slowly

    def _path(self) -> str:
        return f"{store().settings.data_dir}/run/changed-{self._name}"


class CachedValue(Generic[T]):
    """A value, made by one thread at a time and cached for some seconds.

    While one makes it anew, the others get the one before. ``seconds`` is the least time; what
    takes long to make is cached for longer.

    :param mark: of a value that all processes here are to make anew once one says so.
    """

    def __init__(
        self, make: Callable[[], T], *, seconds: float, mark: ChangeMark | None = None
    ) -> None:
        self._make = make
        self._mark = mark
        self._marked = 0
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
            marked = self._mark.seen() if self._mark else 0
            made = self._make()
            took = timedelta(seconds=time.perf_counter() - began)
            self._lasts = max(self._least, took * _SHARE)
            self._value, self._made_at, self._marked = (made,), now(), marked
            return made

    def forget(self) -> None:
        """Make it anew when it is next asked for: it was changed just now."""
        self._made_at = None
        if self._mark:
            self._mark.set()

    def _is_fresh(self) -> bool:
        if self._mark and self._mark.seen() != self._marked:
            return False
        made_at = self._made_at
        # A clock that was set back would otherwise keep it for as long as that.
        return made_at is not None and timedelta(0) <= now() - made_at < self._lasts

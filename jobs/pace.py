"""No more mails a second than a relay takes."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable


class Pace:
    """Spaces mails evenly. One a relay and process."""

    def __init__(
        self,
        per_second: float,
        *,
        monotonic: Callable[[], float] = time.monotonic,
        pause: Callable[[float], bool] | None = None,
    ) -> None:
        self._pause = 1 / per_second if per_second else 0.0
        self._monotonic = monotonic
        self._next = float("-inf")
        self._stopped = threading.Event()
        self._wait = pause or self._stopped.wait

    def wait(self) -> bool:
        """Wait for the next mail's turn. False where :meth:`stop` ended the waiting."""
        if not self._pause:
            return True
        now = self._monotonic()
        turn = max(now, self._next)
        if turn > now and self._wait(turn - now):
            return False
        self._next = turn + self._pause
        return True

    def stop(self) -> None:
        """End the waiting, from another thread."""
        self._stopped.set()

"""Who is being waited for: connections whose header or body has not come in full.

Nobody here holds more than a socket and a little memory, and none for long: each has a limit of
time, and of those that wait for a header only the youngest are kept.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from itertools import islice, takewhile
from typing import Generic, TypeVar

Connection = TypeVar("Connection")

MOMENT = 1.0
"""Seconds that nobody is dropped in: many may be accepted at once, before the first is read."""
_BURST = 16
"""… unless there are so many times too many."""


@dataclass(frozen=True)
class ServerLimits:
    """How long a client may take, and how much it may send. Seconds and bytes."""

    header: float = 20.0
    """In which a header must have come in full."""
    body: float = 30.0
    """In which a body must have come on by :attr:`step`: large ones may take as long as they do."""
    step: int = 16 * 1024
    idle: float = 15.0
    """For which a connection is kept open between two requests."""
    reading: float = 60.0
    """In which a client must have taken in some of an answer."""
    header_size: int = 32 * 1024
    """Of the request line and all fields together."""
    fields: int = 100
    url: int = 8 * 1024
    headers_waiting: int = 64
    bodies_waiting: int = 256


@dataclass
class _Queue(Generic[Connection]):
    """Connections with the moment by which they must have come on, the earliest first."""

    seconds: float
    most: int
    until: dict[Connection, float] = field(default_factory=dict)

    def put(self, connection: Connection, now: float) -> None:
        """Begin to wait, or wait anew."""
        self.until.pop(connection, None)
        self.until[connection] = now + self.seconds

    def take_late(self, now: float) -> list[Connection]:
        """All whose time is up; they are waited for no more."""
        return self._take(takewhile(lambda one: self.until[one] <= now, self.until))

    def take_excess(self, now: float) -> list[Connection]:
        """The oldest where too many wait; those that only just came have a moment first."""
        excess = len(self.until) - self.most
        if excess <= 0:
            return []
        begun_by = now + self.seconds - (0 if excess > _BURST * self.most else MOMENT)
        oldest = islice(self.until, excess)
        return self._take(takewhile(lambda one: self.until[one] <= begun_by, oldest))

    def _take(self, found: Iterable[Connection]) -> list[Connection]:
        taken = list(found)
        for connection in taken:
            del self.until[connection]
        return taken


class WaitingList(Generic[Connection]):
    """The connections of one process that wait for a header or a body.

    :param late: told of each that took too long.
    :param dropped: told of each that has to make room.
    """

    def __init__(
        self,
        limits: ServerLimits,
        *,
        late: Callable[[Connection], None],
        dropped: Callable[[Connection], None],
    ) -> None:
        self._late, self._dropped = late, dropped
        self._headers: _Queue[Connection] = _Queue(limits.header, limits.headers_waiting)
        self._bodies: _Queue[Connection] = _Queue(limits.body, limits.bodies_waiting)

    def header(self, connection: Connection, now: float) -> None:
        """Wait for the rest of a header. Once it waits, more of it gives no more time."""
        if connection not in self._headers.until:
            self._put(self._headers, connection, now)

    def body(self, connection: Connection, now: float) -> None:
        """Wait for the next step of a body."""
        self._put(self._bodies, connection, now)

    def awaits_body(self, connection: Connection) -> bool:
        """Say whether its body is waited for already."""
        return connection in self._bodies.until

    def header_came(self, connection: Connection) -> None:
        """Wait no more for its header."""
        self._headers.until.pop(connection, None)

    def body_came(self, connection: Connection) -> None:
        """Wait no more for its body."""
        self._bodies.until.pop(connection, None)

    def over(self, connection: Connection) -> None:
        """Wait for nothing of it any more."""
        self.header_came(connection)
        self.body_came(connection)

    def sweep(self, now: float) -> None:
        """Tell of all who took too long."""
        for queue in (self._headers, self._bodies):
            for connection in queue.take_late(now):
                self._late(connection)
            for connection in queue.take_excess(now):
                self._dropped(connection)

    def _put(self, queue: _Queue[Connection], connection: Connection, now: float) -> None:
        queue.put(connection, now)
        for eldest in queue.take_excess(now):
            self._dropped(eldest)

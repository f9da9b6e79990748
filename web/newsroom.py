"""One look at the database a process, twice a second while any page listens, told to all of them.

So five hundred open pages cost what one does, and nothing has to be announced by whoever writes:
mail that is filed on another machine shows like a click in this process.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy.exc import DBAPIError

from helpdesk.db import Database
from helpdesk.queries.concerns import unseen_count, unseen_since
from helpdesk.queries.news import MOST, News, news_since
from helpdesk.queries.people import active_staff
from helpdesk.queries.views import MOST_COUNTED
from web.presence import Presence

log = structlog.get_logger("web.newsroom")

EVERY = 0.5
OVERLAP = timedelta(seconds=5)
"""How late a change may be committed after the moment by which it is timed."""
CHECKED_EVERY = 30.0
"""Seconds after which a stream asks whether its session still stands."""
_MOST_WAITING = 100
_AFTER_A_FAULT = 5.0


@dataclass
class Newsroom:
    """What the streams of one process share. Used by the server's loop alone."""

    database: Database
    presence: Presence
    clock: Callable[[], datetime]
    checked_every: float = CHECKED_EVERY
    _listeners: dict[asyncio.Queue[bytes], int | None] = field(default_factory=dict)
    """Who listens: the queue of a stream, and its reader."""
    _task: asyncio.Task[None] | None = None
    _told: dict[tuple[int, datetime], None] = field(default_factory=dict)
    _since: datetime | None = None
    _presence_event: bytes = b""
    _unseen: dict[int, int] = field(default_factory=dict)
    """How much of what concerns them each reader was last told to have not seen."""

    async def listen(
        self, last_seen: datetime | None, stands: Callable[[], bool], reader: int | None = None
    ) -> AsyncIterator[bytes]:
        """The events for one browser, until its session ends.

        :param last_seen: the time of the last event that it got before; it is told what it missed.
        :param stands: whether the session still stands; asks the database.
        :param reader: who is told, too, how much of what concerns them they have not seen.
        """
        loop = asyncio.get_running_loop()
        with self._seat(reader) as seat:
            since = last_seen or self.clock()
            missed = await asyncio.to_thread(self._read, since) if last_seen else []
            yield _tickets(missed, since)
            if reader is not None:
                yield await asyncio.to_thread(self._count, reader)
            if self._presence_event:
                yield self._presence_event
            check_at = loop.time() + self.checked_every
            while True:
                with suppress(TimeoutError):
                    yield await asyncio.wait_for(seat.get(), max(0, check_at - loop.time()))
                if loop.time() < check_at:
                    continue
                check_at = loop.time() + self.checked_every
                if not await asyncio.to_thread(_does_stand, stands):
                    yield b"event: signed-out\ndata:\n\n"
                    return

    @contextmanager
    def _seat(self, reader: int | None) -> Any:
        seat: asyncio.Queue[bytes] = asyncio.Queue(_MOST_WAITING)
        self._listeners[seat] = reader
        if self._task is None or self._task.done():
            self._since, self._told, self._unseen = self.clock(), {}, {}
            self._task = asyncio.ensure_future(self._watch())
        try:
            yield seat
        finally:
            del self._listeners[seat]

    async def _watch(self) -> None:
        while self._listeners:
            await asyncio.sleep(EVERY)
            try:
                event, own = await asyncio.to_thread(self._look)
            except Exception as problem:  # a mistake of ours ends no stream
                log.error("news_not_read", cause=type(problem).__name__, exc_info=True)
                await asyncio.sleep(_AFTER_A_FAULT)
                continue
            for seat, reader in self._listeners.items():
                if told := event + own.get(reader, b""):
                    _put(seat, told, self.clock())

    def _look(self) -> tuple[bytes, dict[int | None, bytes]]:
        """What is new since the last look: events or nothing, for all, and for each reader."""
        assert self._since is not None
        begun = self.clock()
        since = self._since - OVERLAP
        found = self._read(since)
        fresh = [one for one in found if (one.ticket_id, one.at) not in self._told]
        # What is older than the next look asks for need not be known any longer.
        kept = ((key, None) for key in self._told if key[1] > self._since - OVERLAP)
        self._told = dict(kept) | {(one.ticket_id, one.at): None for one in fresh}
        self._since = begun
        told = b""
        if fresh:
            told = _tickets(found if len(found) >= MOST else fresh, begun)
        return told + self._look_who_is_there(), self._look_what_concerns(since)

    def _look_who_is_there(self) -> bytes:
        present = self.presence.everybody()
        # Asked at each look while anybody is there: who is no colleague any more is nowhere.
        with suppress(DBAPIError), self.database.reading() as session:
            names = active_staff(session, {one.person_id for one in present})
            there: dict[str, list[list[Any]]] = {}
            for one in sorted(present, key=lambda one: (one.number, one.person_id)):
                if name := names.get(one.person_id):
                    there.setdefault(one.number, []).append([one.person_id, name, one.writes])
            before, self._presence_event = self._presence_event, _event("presence", there)
            return self._presence_event if self._presence_event != before else b""
        return b""

    def _look_what_concerns(self, since: datetime) -> dict[int | None, bytes]:
        """For each whose list changed: how much of it is unseen, if that is another number."""
        with suppress(DBAPIError), self.database.reading() as session:
            counts = unseen_since(session, since, MOST_COUNTED)
            changed = {
                one: count for one, count in counts.items() if self._unseen.get(one) != count
            }
            self._unseen |= changed
            return {one: _event("concerns", count) for one, count in changed.items()}
        return {}

    def _count(self, reader: int) -> bytes:
        with suppress(DBAPIError), self.database.reading() as session:
            return _event("concerns", unseen_count(session, reader, MOST_COUNTED))
        return b": not known\n\n"

    def _read(self, since: datetime) -> list[News]:
        # A database that is away has no news; the pages' own poll says what is wrong.
        with suppress(DBAPIError), self.database.reading() as session:
            return news_since(session, since)
        return []


def _put(seat: asyncio.Queue[bytes], event: bytes, now: datetime) -> None:
    if seat.full():  # its browser does not read: it looks at everything when it does
        while not seat.empty():
            seat.get_nowait()
        event = _event("tickets", "all", now.isoformat())
    seat.put_nowait(event)


def _does_stand(stands: Callable[[], bool]) -> bool:
    try:
        return stands()
    except DBAPIError:
        return True  # not known: asked again later


def _tickets(news: Iterable[News], at: datetime) -> bytes:
    told = list(news)
    numbers = list(dict.fromkeys(one.number for one in told))
    return _event("tickets", numbers if len(told) < MOST else "all", at.isoformat())


def _event(name: str, data: Any, event_id: str = "") -> bytes:
    head = f"id: {event_id}\n" if event_id else ""
    return f"{head}event: {name}\nretry: 3000\ndata: {json.dumps(data)}\n\n".encode()

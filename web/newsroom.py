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
from helpdesk.queries.news import MOST, News, mailboxes_of, mailboxes_seen_by, news_since
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


_Mailboxes = tuple[int, ...] | None
"""Those whose tickets a reader is told of; None for all."""
_Known = tuple[int, datetime, int | None]
"""What tells news from other news: the ticket, when that was, and whose mailbox it concerns."""


@dataclass(frozen=True)
class _There:
    """Who is at which ticket: its number, its mailbox, and for each their id, name, and whether
    they write.
    """

    number: str
    mailbox_id: int | None
    people: list[list[Any]]


@dataclass(frozen=True)
class _Look:
    """What is new since the look before."""

    news: list[News]
    is_all: bool
    """It is so much that readers look at everything."""
    at: datetime
    there: list[_There] | None
    """Who is where, if that has changed."""
    concerns: dict[int, int]
    seen_by: dict[int, tuple[int, ...]]
    """The mailboxes of readers who see only some."""

    def told_to(self, reader: int | None) -> bytes:
        """The events for a reader; nothing where nothing is new for them."""
        mailboxes = self.seen_by.get(reader) if reader is not None else None
        shown = [one for one in self.news if _is_seen(one.mailbox_id, mailboxes)]
        told = _tickets(shown, self.at, is_all=self.is_all) if shown else b""
        if self.there is not None:
            told += _presence(self.there, mailboxes)
        if reader in self.concerns:
            told += _event("concerns", self.concerns[reader])
        return told


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
    _told: dict[_Known, None] = field(default_factory=dict)
    _since: datetime | None = None
    _there: list[_There] = field(default_factory=list)
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
            mailboxes = await asyncio.to_thread(self._mailboxes_of, reader)
            shown = [one for one in missed if _is_seen(one.mailbox_id, mailboxes)]
            yield _tickets(shown, since, is_all=len(missed) >= MOST)
            if reader is not None:
                yield await asyncio.to_thread(self._count, reader)
            if self._there:
                yield _presence(self._there, mailboxes)
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
                look = await asyncio.to_thread(self._look)
            except Exception as problem:  # a mistake of ours ends no stream
                log.error("news_not_read", cause=type(problem).__name__, exc_info=True)
                await asyncio.sleep(_AFTER_A_FAULT)
                continue
            for seat, reader in self._listeners.items():
                if told := look.told_to(reader):
                    _put(seat, told, self.clock())

    def _look(self) -> _Look:
        """What is new since the last look."""
        assert self._since is not None
        begun = self.clock()
        since = self._since - OVERLAP
        found = self._read(since)
        fresh = [one for one in found if _known(one) not in self._told]
        # What is older than the next look asks for need not be known any longer.
        kept = ((key, None) for key in self._told if key[1] > self._since - OVERLAP)
        self._told = dict(kept) | {_known(one): None for one in fresh}
        self._since = begun
        is_all = len(found) >= MOST
        there = self._look_who_is_there()
        seen_by: dict[int, tuple[int, ...]] = {}
        if fresh or there is not None:
            seen_by = self._seen_by({one for one in self._listeners.values() if one is not None})
        concerns = self._look_what_concerns(since)
        return _Look(found if fresh and is_all else fresh, is_all, begun, there, concerns, seen_by)

    def _seen_by(self, readers: set[int]) -> dict[int, tuple[int, ...]]:
        """The mailboxes of those readers who see only some; where it is not known, none."""
        with suppress(DBAPIError), self.database.reading() as session:
            return mailboxes_seen_by(session, readers)
        return dict.fromkeys(readers, ())

    def _mailboxes_of(self, reader: int | None) -> _Mailboxes:
        return None if reader is None else self._seen_by({reader}).get(reader)

    def _look_who_is_there(self) -> list[_There] | None:
        """Who is where; None where that is as it was."""
        present = self.presence.everybody()
        # Asked at each look while anybody is there: who is no colleague any more is nowhere.
        with suppress(DBAPIError), self.database.reading() as session:
            names = active_staff(session, {one.person_id for one in present})
            there: dict[str, list[list[Any]]] = {}
            for one in sorted(present, key=lambda one: (one.number, one.person_id)):
                if name := names.get(one.person_id):
                    there.setdefault(one.number, []).append([one.person_id, name, one.writes])
            where = mailboxes_of(session, there) if there else {}
            found = [_There(number, where.get(number), who) for number, who in there.items()]
            before, self._there = self._there, found
            return found if found != before else None
        return None

    def _look_what_concerns(self, since: datetime) -> dict[int, int]:
        """For each whose list changed: how much of it is unseen, if that is another number."""
        with suppress(DBAPIError), self.database.asking() as session:
            counts = unseen_since(session, since, MOST_COUNTED)
            changed = {
                one: count for one, count in counts.items() if self._unseen.get(one) != count
            }
            self._unseen |= changed
            return changed
        return {}

    def _count(self, reader: int) -> bytes:
        with suppress(DBAPIError), self.database.reading() as session:
            return _event("concerns", unseen_count(session, reader, MOST_COUNTED))
        return b": not known\n\n"

    def _read(self, since: datetime) -> list[News]:
        # A database that is away has no news; the pages' own poll says what is wrong.
        with suppress(DBAPIError), self.database.asking() as session:
            return news_since(session, since)
        return []


def _known(news: News) -> _Known:
    return news.ticket_id, news.at, news.mailbox_id


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


def _tickets(news: Iterable[News], at: datetime, *, is_all: bool) -> bytes:
    numbers = list(dict.fromkeys(one.number for one in news))
    return _event("tickets", "all" if is_all else numbers, at.isoformat())


def _presence(there: Iterable[_There], mailboxes: _Mailboxes) -> bytes:
    shown = {one.number: one.people for one in there if _is_seen(one.mailbox_id, mailboxes)}
    return _event("presence", shown)


def _is_seen(mailbox_id: int | None, mailboxes: _Mailboxes) -> bool:
    return mailboxes is None or mailbox_id in mailboxes


def _event(name: str, data: Any, event_id: str = "") -> bytes:
    head = f"id: {event_id}\n" if event_id else ""
    return f"{head}event: {name}\nretry: 3000\ndata: {json.dumps(data)}\n\n".encode()

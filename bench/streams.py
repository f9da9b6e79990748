"""What five hundred open pages cost: staff's streams, each of somebody else who is signed in.

All of them are opened at once. Then the queue is timed as before, and mails are filed: until each
stream has told of each.
"""

from __future__ import annotations

import asyncio
import json
import statistics
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from flask.sessions import SecureCookieSessionInterface
from sqlalchemy import func, select, update

from bench import clients, pages
from bench.mails import new_mails
from bench.memory import Meter
from bench.prepared import Prepared, prepared
from helpdesk.actions.browser_sessions import Visit, begin_session
from helpdesk.db import Database, connect
from helpdesk.models import InboundMail, Person, Ticket
from helpdesk.settings import load
from tests.support.process_tree import WEB, cpu_seconds, find
from tests.support.servers import wait_until
from web.app import create_app

STREAMS, MAILS, PAGES = 500, 20, 200
_NAME = "Listener"
_HIRED = Person.name.startswith(_NAME)


@dataclass(frozen=True)
class Streamed:
    """Times in the unit that their names end with; the queue's without and with the streams."""

    database: str
    tickets: int
    streams: int
    all_open_s: float
    queue_p95_without_ms: float
    queue_p95_ms: float
    memory_mb: float
    """What the pages' server has grown by."""
    idle_cpu_ms_per_s: float
    """Of the pages' server, while the streams stand open and nothing happens."""
    filed_to_event_p50_s: float
    filed_to_event_p95_s: float
    filed_to_event_most_s: float


def measure(
    kind: str,
    *,
    tickets: int = 10_000,
    streams: int = STREAMS,
    mails: int = MAILS,
    times: int = PAGES,
    keep: Path | None = None,
) -> Streamed:
    """Open so many streams on ``sqlite`` or ``postgresql`` with so many tickets.

    :param mails: how many are filed meanwhile, one after another.
    :param times: how often the queue is fetched, without the streams and with them.
    """
    with prepared(kind, tickets, keep) as ready:
        database = connect(load(ready.postdesk.environment))
        try:
            cookies = _sign_in(ready, database, streams)
            with ready.postdesk:
                return _Measurement(ready, database, cookies).of(kind, tickets, mails, times)
        finally:
            with database.transaction() as session:  # where it is kept, others have few staff again
                session.execute(update(Person).where(_HIRED).values(active=False))
            database.dispose()


@dataclass(frozen=True)
class _Measurement:
    ready: Prepared
    database: Database
    cookies: list[str]

    def of(self, kind: str, tickets: int, mails: int, times: int) -> Streamed:
        """Open the streams, and take the figures of a running Postdesk."""
        postdesk, count = self.ready.postdesk, len(self.cookies)
        desk, web = self.ready.sign_in(), find(postdesk.pid, WEB)[0].pid
        _, without, _ = pages.time_page(desk, web, "/desk", times)
        meter = Meter(web)
        before = sum(meter.now().values())
        listeners = _Listeners(postdesk.web_port, self.cookies)
        began = time.monotonic()
        with listeners.listening():
            wait_until("all are open", lambda: listeners.opened == count, seconds=60)
            all_open = time.monotonic() - began
            _, beside, _ = pages.time_page(desk, web, "/desk", times)
            idle = _cpu_over_a_while(web)
            late = list(self._lateness(listeners, mails))
            grown = sum(meter.now().values()) - before
        cuts = statistics.quantiles(late, n=20)
        return Streamed(
            kind, tickets, count, all_open, without, beside, grown, idle,
            statistics.median(late), cuts[-1], max(late),
        )  # fmt: skip

    def _lateness(self, listeners: _Listeners, mails: int) -> Iterator[float]:
        """Seconds from when a mail was filed to its event, for each mail and stream."""
        statement = select(Ticket.number).join(InboundMail, InboundMail.ticket_id == Ticket.id)
        for mail in new_mails(mails, f"stream{time.time_ns()}"):
            sent = clients.send([mail], self.ready.postdesk.smtp_port, clients=1)
            assert sent.accepted, sent.refused
            filed, number = 0.0, ""
            while not number:
                with self.database.reading() as session:
                    is_it = InboundMail.message_id == mail.message_id.strip("<>")
                    number = session.scalar(statement.where(is_it)) or ""
                filed = time.monotonic()
            told = listeners.told.setdefault(number, [])
            wait_until("all have it", lambda: len(told) >= len(self.cookies))  # noqa: B023
            yield from (max(0.0, at - filed) for at in told)


def _cpu_over_a_while(root: int, seconds: float = 5) -> float:
    before = cpu_seconds(root)
    time.sleep(seconds)
    return (cpu_seconds(root) - before) * 1000 / seconds


def _sign_in(ready: Prepared, database: Database, count: int) -> list[str]:
    """The cookies of so many staff, begun in the database: each password costs a slow hash."""
    now = datetime.now(UTC)
    app = create_app(load(ready.postdesk.environment), database)
    signer = SecureCookieSessionInterface().get_signing_serializer(app)
    assert signer
    with database.transaction() as session:
        there = session.scalar(select(func.count()).where(_HIRED)) or 0
        names = (f"{_NAME} {number}" for number in range(there, count))
        session.add_all([Person(name=name, role="agent", created_at=now) for name in names])
        session.flush()
        people = session.scalars(select(Person).where(_HIRED).limit(count)).all()
        for person in people:
            person.active = True
        session.flush()
        keys = [begin_session(session, one.id, 1, Visit(), now=now) for one in people]
    name = app.config["SESSION_COOKIE_NAME"]
    return [f"{name}={signer.dumps({'_user_id': key, '_fresh': True})}" for key in keys]


@dataclass
class _Listeners:
    """So many browsers that listen, in a thread of their own."""

    port: int
    cookies: list[str]
    opened: int = 0
    told: dict[str, list[float]] = field(default_factory=dict)
    """By a ticket's number, when each stream told of it first."""

    @contextmanager
    def listening(self) -> Iterator[None]:
        loop = asyncio.new_event_loop()
        over = asyncio.Event()
        thread = threading.Thread(target=loop.run_until_complete, args=(self._all(over),))
        thread.start()
        try:
            yield
        finally:
            loop.call_soon_threadsafe(over.set)
            thread.join()
            loop.close()

    async def _all(self, over: asyncio.Event) -> None:
        tasks = [asyncio.create_task(self._listen(cookie)) for cookie in self.cookies]
        await over.wait()
        for task in tasks:
            task.cancel()
        ended = await asyncio.gather(*tasks, return_exceptions=True)
        wrong = [one for one in ended if not isinstance(one, asyncio.CancelledError)]
        assert not wrong, f"{len(wrong)} streams ended: {wrong[:3]}"

    async def _listen(self, cookie: str) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        asked = f"GET /desk/stream HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {cookie}\r\n\r\n"
        writer.write(asked.encode())
        status = await reader.readline()
        assert b" 200 " in status, status
        seen: set[str] = set()
        try:
            async for line in reader:
                if line.startswith(b"event: tickets"):
                    self.opened += not seen
                    seen.add("")
                elif line.startswith(b"data: ["):
                    for number in set(json.loads(line[6:])) - seen:
                        seen.add(number)
                        self.told.setdefault(number, []).append(time.monotonic())
        finally:
            writer.close()

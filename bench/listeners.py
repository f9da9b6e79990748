"""Many who have a page of the desk open: signed in, and listening to their streams."""

from __future__ import annotations

import asyncio
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime

from flask.sessions import SecureCookieSessionInterface
from sqlalchemy import func, select, update

from bench.prepared import Prepared
from helpdesk.actions.browser_sessions import Visit, begin_session
from helpdesk.db import Database
from helpdesk.models import Person
from helpdesk.settings import load
from web.app import create_app

_NAME = "Listener"
_HIRED = Person.name.startswith(_NAME)


def sign_in_many(ready: Prepared, database: Database, count: int) -> list[str]:
    """Cookies of so many staff, ``name=value``, without a password: it is hashed slowly."""
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


def dismiss(database: Database) -> None:
    """Where tickets are kept, the next measurement has few staff again."""
    with database.transaction() as session:
        session.execute(update(Person).where(_HIRED).values(active=False))


@dataclass
class Listeners:
    """So many browsers that listen, in a thread of their own."""

    port: int
    cookies: list[str]
    opened: int = 0
    told: dict[str, list[float]] = field(default_factory=dict)
    """By a ticket's number, when each stream told of it first (``time.monotonic``)."""
    heeded: int | None = None
    """So many are read line by line; of the others what they say is thrown away. None: all."""

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
        tasks = [
            asyncio.create_task(self._listen(cookie, self.heeded is None or at < self.heeded))
            for at, cookie in enumerate(self.cookies)
        ]
        await over.wait()
        for task in tasks:
            task.cancel()
        ended = await asyncio.gather(*tasks, return_exceptions=True)
        wrong = [one for one in ended if not isinstance(one, asyncio.CancelledError)]
        assert not wrong, f"{len(wrong)} streams ended: {wrong[:3]}"

    async def _listen(self, cookie: str, heeds: bool) -> None:
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
                    while not heeds and await reader.read(65_536):
                        pass
                elif line.startswith(b"data: ["):
                    for number in set(json.loads(line[6:])) - seen:
                        seen.add(number)
                        self.told.setdefault(number, []).append(time.monotonic())
        finally:
            writer.close()

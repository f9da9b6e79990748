"""What five hundred open pages cost: staff's streams, each of somebody else who is signed in.

All of them are opened at once. Then the queue is timed as before, and mails are filed: until each
stream has told of each.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select

from bench import clients, pages
from bench.listeners import Listeners, dismiss, sign_in_many
from bench.mails import new_mails
from bench.memory import Meter
from bench.prepared import Prepared, prepared
from helpdesk.db import Database, connect
from helpdesk.models import InboundMail, Ticket
from helpdesk.settings import load
from tests.support.process_tree import WEB, cpu_seconds, find
from tests.support.servers import wait_until

STREAMS, MAILS, PAGES = 500, 20, 200


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
            cookies = sign_in_many(ready, database, streams)
            with ready.postdesk:
                return _Measurement(ready, database, cookies).of(kind, tickets, mails, times)
        finally:
            dismiss(database)
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
        listeners = Listeners(postdesk.web_port, self.cookies)
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

    def _lateness(self, listeners: Listeners, mails: int) -> Iterator[float]:
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

"""A flood of mails, and ordinary ones behind them: how long do those wait?

Run by ``python -m bench.faults``. When all of a flood are accepted, and most of it still waits,
fifty others write as customers do. Each of these must be filed within a second of its acceptance.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select

from bench import clients
from bench.mails import MAILBOX, Mail, new_mails
from bench.slow_shapes import SHAPES
from helpdesk.db import Database, connect
from helpdesk.models import InboundMail
from helpdesk.settings import load
from tests.support.running import RunningPostdesk
from tests.support.servers import PostgreSQL, wait_until

SENDERS = 20
FLOOD = 1_000
ORDINARY = 50
LONGEST_WAIT = 1.0
_AT_ONCE = 40
"""Mails of a flood that are made at a time: all of them would fill the memory."""


@dataclass(frozen=True)
class Flood:
    """A flood, and where it comes from.

    :param mail: makes the one of this number.
    :param direct: it comes from an address of its own, and not through a server of ours.
    :param to_end: wait until all of it is decided.
    """

    mail: Callable[[int], Mail]
    database: str = "sqlite"
    direct: bool = False
    to_end: bool = False


@dataclass(frozen=True)
class FloodOutcome:
    """What became of a flood, and of the mails behind it."""

    waits: tuple[float, ...]
    """Seconds from acceptance until filing, of the ordinary mails, in order of length."""
    ordinary: int
    flood: int
    waiting: tuple[int, int]
    """How many of the flood were waiting when the ordinary mails began to come, and then."""
    decided: int
    """How many of the flood were filed or quarantined in the end."""
    seconds: float
    """From the first mail of the flood until the end."""
    to_end: bool

    @property
    def holds(self) -> bool:
        done = len(self.waits) == self.ordinary and self.decided in (
            (self.flood,) if self.to_end else range(self.flood + 1)
        )
        return done and self.waits[-1] < LONGEST_WAIT

    def __str__(self) -> str:
        p50, p95, longest = (self._percentile(part) for part in (0.5, 0.95, 1.0))
        return (
            f"{self.ordinary} ordinary ones behind {self.waiting[0]} of {self.flood}, "
            f"{self.waiting[1]} at their end: {len(self.waits)} filed; "
            f"p50 {p50:.2f} s, p95 {p95:.2f} s, longest {longest:.2f} s; "
            f"of the flood {self.decided} decided after {self.seconds:.0f} s"
        )

    def _percentile(self, part: float) -> float:
        return (
            self.waits[min(len(self.waits) - 1, int(part * len(self.waits)))] if self.waits else 0
        )


def slow_mail(number: int) -> Mail:
    """A mail of the senders and shapes in turn, each sender with each shape."""
    shapes = list(SHAPES.values())
    sender = number % SENDERS
    shape = shapes[(number + number // SENDERS) % len(shapes)]
    address, message_id = f"a{number}@flood{sender}.example", f"<flood-{number}@mail.example>"
    head = f"From: {address}\r\nTo: {MAILBOX}\r\nMessage-ID: {message_id}\r\n"
    return Mail(address, message_id, head.encode() + shape())


def quick_mail(number: int) -> Mail:
    """A short mail, of the same sender as all others."""
    address, message_id = "flood@flood.example", f"<flood-{number}@mail.example>"
    head = f"From: {address}\r\nTo: {MAILBOX}\r\nMessage-ID: {message_id}\r\n"
    return Mail(address, message_id, f"{head}Subject: Number {number}\r\n\r\nHear me.\r\n".encode())


FLOODS = {
    "a flood of slow mails": Flood(slow_mail, to_end=True),
    "a flood of slow mails, PostgreSQL": Flood(slow_mail, "postgresql"),
    "a flood of slow mails, directly": Flood(slow_mail, direct=True),
    "a flood of one's quick mails": Flood(quick_mail, to_end=True),
    "a flood of one's quick mails, PostgreSQL": Flood(quick_mail, "postgresql", to_end=True),
    "a flood of one's quick mails, directly": Flood(quick_mail, direct=True, to_end=True),
}


def run(
    flood: Flood, count: int = FLOOD, ordinary: int = ORDINARY, *, within: float = 7200
) -> FloodOutcome:
    """Measure it in a Postdesk of its own."""
    others = new_mails(ordinary, "behind")
    changed = {"SMTP_EXEMPT": "192.0.2.1"} if flood.direct else {}
    with _running(flood.database, **changed) as (postdesk, database):
        began = time.monotonic()
        _pour(flood, count, postdesk)
        before = postdesk.ledger()["waiting"]
        clients.send(
            others,
            postdesk.smtp_port,
            clients=2,
            pause=lambda: time.sleep(0.2),
            source="127.0.0.3",
        )
        names = {mail.message_id.strip("<>") for mail in others}
        wait_until(
            "the ordinary ones are filed",
            lambda: names <= {message_id for message_id, _ in _waits(database)},
            seconds=within,
        )
        after = postdesk.ledger()["waiting"]
        if flood.to_end:
            wait_until("all are decided", lambda: postdesk.ledger()["waiting"] == 0, seconds=within)
        seconds, waits = time.monotonic() - began, _waits(database)
    own = sorted(wait for message_id, wait in waits if message_id in names)
    return FloodOutcome(
        tuple(own), ordinary, count, (before, after), len(waits) - len(own), seconds, flood.to_end
    )


def _pour(flood: Flood, count: int, postdesk: RunningPostdesk) -> None:
    """Have all of a flood accepted."""
    for first in range(0, count, _AT_ONCE):
        mails: Sequence[Mail] = [
            flood.mail(number) for number in range(first, min(first + _AT_ONCE, count))
        ]
        taken = clients.send(mails, postdesk.smtp_port, clients=4, source="127.0.0.2")
        assert len(set(taken.accepted)) == len(mails), f"not all were taken: {taken.refused[:3]}"


@contextmanager
def _running(kind: str, **changed: str) -> Iterator[tuple[RunningPostdesk, Database]]:
    server = PostgreSQL() if kind == "postgresql" else None
    try:
        with tempfile.TemporaryDirectory(prefix="postdesk-flood-") as folder:
            if server:
                changed["DATABASE_URL"] = server.url()
            with RunningPostdesk(Path(folder), **changed) as postdesk:
                postdesk.command("mailbox", "add", MAILBOX)
                database = connect(load(postdesk.environment))
                try:
                    yield postdesk, database
                finally:
                    database.dispose()
    finally:
        if server:
            server.close()


def _waits(database: Database) -> list[tuple[str | None, float]]:
    with database.reading() as session:
        rows = session.execute(
            select(InboundMail.message_id, InboundMail.received_at, InboundMail.decided_at)
        )
        return [(row[0], (row[2] - row[1]).total_seconds()) for row in rows]

"""A flood of mails that are slow to read, and ordinary ones behind them: how long do those wait?

Run by ``python -m bench.faults``. Twenty senders send mails of twenty shapes; when all are
accepted, fifty others write as customers do. Each of these must be filed within a second of its
acceptance.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Sequence
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
from tests.support.servers import wait_until

SENDERS = 20
SLOW = 1_000
ORDINARY = 50
LONGEST_WAIT = 1.0


@dataclass(frozen=True)
class FloodOutcome:
    """Seconds from a mail's acceptance until it was filed; those of the flood apart."""

    waits: tuple[float, ...]
    """Of the ordinary mails, in order of length."""
    ordinary: int
    slow: int
    waiting: int
    """How many of the flood were waiting when the ordinary mails began to come."""
    decided: int
    """How many of the flood were filed or quarantined in the end."""
    seconds: float
    """From the first mail of the flood until all of it was decided."""

    @property
    def holds(self) -> bool:
        done = len(self.waits) == self.ordinary and self.decided == self.slow
        return done and self.waits[-1] < LONGEST_WAIT

    def __str__(self) -> str:
        p50, p95, longest = (self._percentile(part) for part in (0.5, 0.95, 1.0))
        return (
            f"{self.slow} slow mails of {SENDERS} senders and {len(SHAPES)} shapes: "
            f"{self.decided} decided, in {self.seconds:.0f} s\n"
            f"{self.ordinary} ordinary ones behind {self.waiting} of them: "
            f"{len(self.waits)} filed; p50 {p50:.2f} s, p95 {p95:.2f} s, longest {longest:.2f} s"
        )

    def _percentile(self, part: float) -> float:
        return (
            self.waits[min(len(self.waits) - 1, int(part * len(self.waits)))] if self.waits else 0
        )


def slow_mails(count: int) -> list[Mail]:
    """Mails of all senders and shapes in turn, each sender with each shape."""
    shapes = [shape() for shape in SHAPES.values()]
    return [_slow_mail(number, shapes) for number in range(count)]


def _slow_mail(number: int, shapes: Sequence[bytes]) -> Mail:
    sender = number % SENDERS
    shape = shapes[(number + number // SENDERS) % len(shapes)]
    address, message_id = f"a{number}@flood{sender}.example", f"<flood-{number}@mail.example>"
    head = f"From: {address}\r\nTo: {MAILBOX}\r\nMessage-ID: {message_id}\r\n"
    return Mail(address, message_id, head.encode() + shape)


def run(slow: int = SLOW, ordinary: int = ORDINARY, *, within: float = 7200) -> FloodOutcome:
    """Measure it on SQLite, in a Postdesk of its own."""
    others = new_mails(ordinary, "behind")
    with (
        tempfile.TemporaryDirectory(prefix="postdesk-flood-") as folder,
        RunningPostdesk(Path(folder)) as postdesk,
    ):
        postdesk.command("mailbox", "add", MAILBOX)
        database = connect(load(postdesk.environment))
        began = time.monotonic()
        taken = clients.send(slow_mails(slow), postdesk.smtp_port, clients=4, within=600)
        assert len(set(taken.accepted)) == slow, f"not all were taken: {taken.refused[:3]}"
        waiting = postdesk.ledger()["waiting"]
        clients.send(others, postdesk.smtp_port, clients=2, pause=lambda: time.sleep(0.2))
        wait_until("all are decided", lambda: postdesk.ledger()["waiting"] == 0, seconds=within)
        seconds = time.monotonic() - began
        waits = _waits(database)
        database.dispose()
    names = {mail.message_id.strip("<>") for mail in others}
    own = sorted(wait for message_id, wait in waits if message_id in names)
    return FloodOutcome(tuple(own), ordinary, slow, waiting, len(waits) - len(own), seconds)


def _waits(database: Database) -> list[tuple[str | None, float]]:
    with database.reading() as session:
        rows = session.execute(
            select(InboundMail.message_id, InboundMail.received_at, InboundMail.decided_at)
        )
        return [(row[0], (row[2] - row[1]).total_seconds()) for row in rows]

"""What the tests of delivering share: mails put in, and what became of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from helpdesk.db import Database
from helpdesk.models import OutboundMail
from helpdesk.settings import Relay
from helpdesk.submission.session import Timeouts
from jobs.deliver import Deliverer
from jobs.queue import Nudger
from jobs.relay import Outcome, SmtpRelay
from jobs.sweep import Sweep
from tests.helpdesk.outbox_rows import put_mail
from tests.support.clock import FakeClock
from tests.support.relay import ScriptedRelay

QUICK = Timeouts(connect=0.5, banner=0.5, command=0.5, data=0.5, block=0.5, end=0.5)


NOWHERE = "unix:///nonexistent/redis.sock"


def named_relay(relay: ScriptedRelay) -> Any:
    from helpdesk.settings import Relay

    return Relay("smtp", "127.0.0.1", relay.port)


def put(database: Database, clock: FakeClock, count: int = 1, **changed: Any) -> list[int]:
    with database.transaction() as session:
        return [put_mail(session, clock(), **changed) for _ in range(count)]


def rows(database: Database) -> list[OutboundMail]:
    with database.reading() as session:
        found = session.query(OutboundMail).order_by(OutboundMail.id).all()
        for mail in found:
            assert mail.attempts is not None  # loaded, before they are let go
        session.expunge_all()
        return found


def states(database: Database) -> list[str]:
    return [mail.state for mail in rows(database)]


def make_sweep(
    database: Database,
    worker: Deliverer,
    clock: FakeClock,
    monotonic: Callable[[], float] = lambda: 0,
) -> Sweep:
    return Sweep(database, Nudger(NOWHERE), worker, clock=clock, monotonic=monotonic)


MAIL = b"Subject: hello\r\n\r\nOne line.\r\n.a dot\r\n..\r\n"


SENDER, TO = "support+b1@shop.example", "ann@example.org"


def client(relay: ScriptedRelay, **changed: object) -> SmtpRelay:
    named = Relay("smtp", "127.0.0.1", relay.port)
    return SmtpRelay(replace(named, **changed), own_name="help.shop.example", timeouts=QUICK)  # type: ignore[arg-type]


def send(relay: ScriptedRelay, content: bytes = MAIL, to: str = TO) -> Outcome:
    return client(relay).send(SENDER, to, content)

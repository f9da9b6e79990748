"""What a mail costs from SMTP to a committed ticket, beside its ceiling, in CPU milliseconds.

The ceiling is what nobody can do without: taking the mail (a bare aiosmtpd that throws it away)
and reading it (mail-parser alone). The mails are the same in all three: 60 % new, 30 % answers,
10 % new with an attachment of 200 kB.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import mailparser
from sqlalchemy import func, select

from bench import clients, discard, seed
from bench.mails import Mail, mixed, new_mails
from helpdesk.db import Database, connect
from helpdesk.models import Comment, InboundMail, OutboundMail
from helpdesk.schema import migrate
from helpdesk.settings import load
from tests.support.process_tree import cpu_seconds, tree
from tests.support.running import RunningPostdesk
from tests.support.servers import PostgreSQL, wait_until

PARTS = {  # words of a command line: the part of Postdesk
    "postgres": "database",
    "redis": "Redis",
    "valkey": "Redis",
    "postdesk worker": "worker",
    "[postdesk web]": "web",
    "mailgate.parse": "reader",
    "--only filer": "filer",
    "--only door": "SMTP server",
}


@dataclass(frozen=True)
class Filed:
    """CPU milliseconds a mail, and mails a second."""

    database: str
    mails: int
    cpu_ms: float
    """SMTP server, filer, reader and database: until every mail was committed."""
    with_answer_ms: float
    """Everything, until every acknowledgement had left too."""
    idle_ms_per_s: float
    """What the whole tree uses in a second in which nothing happens."""
    per_second: float
    discard_ms: float
    parser_ms: float
    by_part_ms: dict[str, float]
    tickets: int

    @property
    def ratio(self) -> float:
        return self.cpu_ms / (self.discard_ms + self.parser_ms)


def measure(kind: str, *, mails: int = 500, tickets: int = 10_000, at_once: int = 10) -> Filed:
    """Run the measurement on ``sqlite`` or ``postgresql``, among ``tickets`` other tickets."""
    parents = new_mails(60, "first")
    burst = mixed(mails, "burst", parents)
    discard_ms = _discard_ms(burst, at_once)
    server = PostgreSQL(durable=True) if kind == "postgresql" else None
    try:
        with tempfile.TemporaryDirectory(prefix="postdesk-bench-") as folder:
            changed = {"DATABASE_URL": server.url()} if server else {}
            postdesk = RunningPostdesk(Path(folder), **changed)
            database = _prepare(postdesk, tickets)
            with postdesk:
                roots = [postdesk.pid, server.pid] if server else [postdesk.pid]
                figures = _file(postdesk, database, roots, parents, burst, at_once)
            database.dispose()
    finally:
        if server:
            server.close()
    return Filed(
        database=kind,
        mails=mails,
        discard_ms=discard_ms,
        parser_ms=_parser_ms(burst),
        tickets=tickets,
        **figures,
    )


def _prepare(postdesk: RunningPostdesk, tickets: int) -> Database:
    database = connect(load(postdesk.environment))
    migrate(database)
    if tickets:
        seed.seed(database, tickets)
    else:
        postdesk.command("mailbox", "add", seed.MAILBOX)
    return database


def _file(
    postdesk: RunningPostdesk,
    database: Database,
    roots: list[int],
    parents: list[Mail],
    burst: list[Mail],
    at_once: int,
) -> dict[str, Any]:
    _send_and_wait(postdesk, database, parents, len(parents), at_once)
    _settle(database)
    idle = _over_a_while(roots)
    before, began = _by_part(roots), time.monotonic()
    _send_and_wait(postdesk, database, burst, len(parents) + len(burst), at_once)
    seconds, after = time.monotonic() - began, _by_part(roots)
    _settle(database)
    answered = _by_part(roots)
    count = len(burst)
    spent = {part: (after[part] - before.get(part, 0)) * 1000 / count for part in after}
    with database.reading() as session:
        answers = session.scalar(select(func.count()).where(Comment.opening.is_(False)))
    assert answers, "no answer joined its ticket"
    return {
        "cpu_ms": sum(ms for part, ms in spent.items() if part not in ("worker", "Redis")),
        "with_answer_ms": (sum(answered.values()) - sum(before.values())) * 1000 / count,
        "idle_ms_per_s": idle * 1000,
        "per_second": count / seconds,
        "by_part_ms": {part: round(ms, 2) for part, ms in sorted(spent.items())},
    }


def _send_and_wait(
    postdesk: RunningPostdesk, database: Database, mails: list[Mail], total: int, at_once: int
) -> None:
    sent = clients.send(mails, postdesk.smtp_port, clients=at_once)
    assert len(set(sent.accepted)) == len(mails), f"not all were taken: {sent.refused[:3]}"
    wait_until("all are filed", lambda: count_filed(database) >= total, seconds=180)


def count_filed(database: Database) -> int:
    with database.reading() as session:
        filed = select(func.count()).where(InboundMail.state == "filed")
        return session.scalar(filed) or 0


def count_unsent(database: Database) -> int:
    """The mails that should have left by now, or were begun: a digest may wait for its time."""
    unsent = OutboundMail.state.in_(("queued", "sending", "deferred"))
    meant_for_later = (OutboundMail.first_attempt_at.is_(None)) & (
        OutboundMail.next_attempt_at > datetime.now(UTC)
    )
    with database.reading() as session:
        return session.scalar(select(func.count()).where(unsent, ~meant_for_later)) or 0


def _settle(database: Database) -> None:
    wait_until("all answers have left", lambda: count_unsent(database) == 0, seconds=120)
    time.sleep(1)


def _over_a_while(roots: list[int], seconds: float = 4) -> float:
    before = cpu_seconds(*roots)
    time.sleep(seconds)
    return (cpu_seconds(*roots) - before) / seconds


def _by_part(roots: list[int]) -> dict[str, float]:
    spent: dict[str, float] = {}
    for root in roots:
        for process in tree(root):
            names = (part for words, part in PARTS.items() if words in process.command)
            part = next(names, "supervisor")
            spent[part] = spent.get(part, 0) + process.cpu
    return spent


def _discard_ms(mails: list[Mail], at_once: int) -> float:
    with discard.running() as (pid, port):
        clients.send(mails[:50], port, clients=at_once)
        before = cpu_seconds(pid)
        sent = clients.send(mails, port, clients=at_once)
        assert len(sent.accepted) == len(mails)
        return (cpu_seconds(pid) - before) * 1000 / len(mails)


def _parser_ms(mails: list[Mail]) -> float:
    return cpu_of(lambda: [_read(mail) for mail in mails]) * 1000 / len(mails)


def _read(mail: Mail) -> object:
    parsed = mailparser.parse_from_bytes(mail.content)
    return parsed.subject, parsed.body, parsed.attachments, parsed.headers


def cpu_of(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began

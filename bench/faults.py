"""Kill, freeze and stop things while mail comes in; then count what was lost (nothing).

``python -m bench.faults`` runs each fault in a Postdesk of its own and prints a table; it exits
with 1 if a mail was lost, filed twice, or acknowledged with two different Message-IDs.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import smtplib
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import func, select

from bench import clients, flood, outbound, sink, slow_clients
from bench.bombs import BOMBS, SENDER, bomb
from bench.file import count_unsent
from bench.mails import MAILBOX, Mail, new_mails
from helpdesk.db import Database, connect
from helpdesk.models import InboundMail
from helpdesk.settings import load
from tests.support.process_tree import find, tree
from tests.support.running import RunningPostdesk
from tests.support.servers import PostgreSQL, wait_until

SMTP_SERVER, FILER, WORKER = "mailgate --only door", "mailgate --only filer", "commands worker"
REDIS = "-server unixsocket"  # what it calls itself once it runs
RECOVER_WITHIN = 240.0
KILLS = 15
"""At most so many in a burst: an SMTP server killed faster than it starts takes no mail at all."""


@dataclass(frozen=True)
class Stage:
    """What a fault may lay hands on."""

    postdesk: RunningPostdesk
    database: Database
    postgresql: PostgreSQL | None
    chance: random.Random


@dataclass(frozen=True)
class Outcome:
    """What one fault led to."""

    fault: str
    accepted: int
    """Different mails that a client was told ``250`` for."""
    lost: int
    filed_twice: int
    unbalanced: int
    unanswered: int
    """Filed, but never acknowledged."""
    sent_twice: int
    """Acknowledgements that came twice with the same Message-ID: allowed after a kill."""
    answered_differently: int
    """Senders who got two acknowledgements with different Message-IDs: never allowed."""
    retries: int
    longest_wait_s: float
    """From acceptance until filing, at the most, of the burst's mails: a bomb may take its time."""
    recovered_s: float
    """From the end of the fault until every mail was filed and every answer had left."""

    @property
    def holds(self) -> bool:
        bad = (self.lost, self.filed_twice, self.unbalanced, self.unanswered)
        return not any(bad) and not self.answered_differently


Fault = Callable[[Stage, threading.Event], None]
"""Does its harm, again and again or once, until the event is set; then leaves all in order."""


def run(name: str, fault: Fault, *, mails: int, kind: str = "sqlite", seed: int = 1) -> Outcome:
    """One fault under a burst of ``mails`` from six clients, in a Postdesk of its own."""
    server = PostgreSQL() if kind == "postgresql" else None
    try:
        with _folder(small=fault is fill_disk) as folder, sink.running() as to:
            changed = {"DATABASE_URL": server.url()} if server else {}
            if fault is fill_disk:
                changed["SMTP_SIZE"] = str(1024 * 1024)
            with RunningPostdesk(folder, RELAY_URL=to.url, **changed) as postdesk:
                postdesk.command("mailbox", "add", MAILBOX)
                database = connect(load(postdesk.environment))
                stage = Stage(postdesk, database, server, random.Random(seed))
                outcome = _run(name, fault, stage, to, new_mails(mails, f"fault{seed}"))
                database.dispose()
                return outcome
    finally:
        if server:
            server.close()


@contextmanager
def _folder(*, small: bool) -> Iterator[Path]:
    """A folder for one Postdesk; a small one is a disk of its own, of 128 MiB, which takes root."""
    with tempfile.TemporaryDirectory(prefix="postdesk-fault-") as name:
        if small:
            options = ["-t", "tmpfs", "-o", "size=128m", "tmpfs", name]
            subprocess.run(["mount", *options], check=True)
        try:
            yield Path(name)
        finally:
            if small:
                subprocess.run(["umount", "--lazy", name], check=True)


def _run(name: str, fault: Fault, stage: Stage, to: sink.Sink, mails: list[Mail]) -> Outcome:
    over = threading.Event()
    # Slow enough that the burst lasts through several rounds of trouble.
    pace = max(0.01, 6 * 6 / len(mails))
    sent: list[clients.Sent] = []

    def burst() -> None:
        port, pause = stage.postdesk.smtp_port, lambda: time.sleep(pace)
        sent.append(clients.send(mails, port, clients=6, pause=pause, within=150))
        over.set()

    # The fault stays in this thread: what it starts again would end with a thread of its own.
    sending = threading.Thread(target=burst)
    sending.start()
    fault(stage, over)
    sending.join()
    began = time.monotonic()
    with suppress(TimeoutError):
        wait_until("all is filed and sent", lambda: _settled(stage), seconds=RECOVER_WITHIN)
    recovered = time.monotonic() - began
    return _judge(name, stage, to, mails, sent[0], recovered)


def _settled(stage: Stage) -> bool:
    try:
        ledger = stage.postdesk.ledger()
        return ledger["waiting"] == 0 == ledger["difference"] and count_unsent(stage.database) == 0
    except Exception:
        return False  # it is not back yet; what stays so is judged in the end


def _judge(
    name: str,
    stage: Stage,
    to: sink.Sink,
    mails: list[Mail],
    sent: clients.Sent,
    recovered: float,
) -> Outcome:
    accepted = set(sent.accepted)
    with stage.database.reading() as session:
        rows = session.execute(
            select(InboundMail.message_id, func.count())
            .where(InboundMail.state == "filed", InboundMail.ticket_id.is_not(None))
            .group_by(InboundMail.message_id)
        )
        filed = {row[0]: row[1] for row in rows}
        waited = session.execute(
            select(InboundMail.message_id, InboundMail.received_at, InboundMail.decided_at).where(
                InboundMail.state == "filed"
            )
        )
        names = {mail.message_id.strip("<>") for mail in mails}
        waits = [(at - came).total_seconds() for name, came, at in waited if name in names]
    counts = {mail.message_id: filed.get(mail.message_id.strip("<>"), 0) for mail in mails}
    answers = {
        mail.message_id: to.by_recipient.get(mail.sender, [])
        for mail in mails
        if counts[mail.message_id]
    }
    return Outcome(
        fault=name,
        accepted=len(accepted),
        lost=sum(counts[message_id] == 0 for message_id in accepted),
        filed_twice=sum(count > 1 for count in counts.values()),
        unbalanced=abs(stage.postdesk.ledger()["difference"]),
        unanswered=sum(not ids for ids in answers.values()),
        sent_twice=sum(len(ids) - len(set(ids)) for ids in answers.values()),
        answered_differently=sum(len(set(ids)) > 1 for ids in answers.values()),
        retries=sent.retries,
        longest_wait_s=max(waits, default=0.0),
        recovered_s=recovered,
    )


def kill_parts(stage: Stage, over: threading.Event) -> None:
    """``kill -9`` of SMTP server, filer and worker in turn, one each 0.2 to 1 s."""
    for turn in range(KILLS):
        if over.wait(stage.chance.uniform(0.2, 1.0)):
            break
        _kill(stage, (SMTP_SERVER, FILER, WORKER)[turn % 3])


def kill_one(words: str) -> Fault:
    """``kill -9`` of one part only, each 0.2 to 1 s."""

    def fault(stage: Stage, over: threading.Event) -> None:
        for _ in range(KILLS):
            if over.wait(stage.chance.uniform(0.2, 1.0)):
                break
            _kill(stage, words)

    return fault


def kill_everything(stage: Stage, over: threading.Event) -> None:
    """The whole of Postdesk dies with SIGKILL, and is started again, twice."""
    for _ in range(2):
        over.wait(stage.chance.uniform(1.0, 2.0))
        stage.postdesk.kill()
        stage.postdesk.start()


def _kill(stage: Stage, words: str) -> None:
    """End a part and all it started, so that nothing of it can finish its work."""
    for part in stage.postdesk.parts(words):
        kill_tree(part.pid)


def kill_tree(root: int) -> None:
    """SIGKILL for a process and all below it."""
    for process in tree(root):
        with suppress(ProcessLookupError):
            os.kill(process.pid, signal.SIGKILL)


def kill_redis(stage: Stage, over: threading.Event) -> None:
    while not over.wait(stage.chance.uniform(0.5, 1.5)):
        _kill(stage, REDIS)


def freeze_redis(stage: Stage, over: threading.Event) -> None:
    """SIGSTOP: its connections stay open and nothing answers."""
    over.wait(0.5)
    servers = find(stage.postdesk.pid, REDIS)
    assert servers, "no Redis of its own runs"
    for server in servers:
        os.kill(server.pid, signal.SIGSTOP)
    over.wait(20)
    for server in servers:
        os.kill(server.pid, signal.SIGCONT)


def flush_redis(stage: Stage, over: threading.Event) -> None:
    from jobs.queue import open_redis, redis_url

    while not over.wait(0.3):
        with suppress(OSError):
            open_redis(redis_url(load(stage.postdesk.environment)), timeout=1).flushall()


def lock_database(stage: Stage, over: threading.Event) -> None:
    """Somebody else holds SQLite's one write lock, for seconds at a time."""
    while not over.wait(0.5):
        with stage.database.transaction():
            over.wait(4)


def stop_database(stage: Stage, over: threading.Event) -> None:
    """PostgreSQL crashes, and is back after two seconds, again and again."""
    assert stage.postgresql
    while not over.wait(stage.chance.uniform(0.5, 1.5)):
        stage.postgresql.stop(crash=True)
        over.wait(2)
        stage.postgresql.start()


def take_store_away(stage: Stage, over: threading.Event) -> None:
    """Have the folder of mails and attachments gone, with an empty one in its place, as where
    nothing is mounted; back after three seconds, and all over again."""
    folder = stage.postdesk.data_dir / "blobs"
    away = folder.with_name("blobs.away")
    while not over.wait(1):
        folder.rename(away)
        folder.mkdir()
        over.wait(3)
        left = list(folder.iterdir())
        assert not left, f"written where nothing is mounted: {left}"
        folder.rmdir()
        away.rename(folder)


def fill_disk(stage: Stage, over: threading.Event) -> None:
    """The disk that database, spool and store share is full, for seconds at a time."""
    ballast = stage.postdesk.data_dir / "ballast"
    while not over.wait(1):
        room = os.statvfs(ballast.parent)
        with suppress(OSError), ballast.open("wb") as file:
            file.write(b"\0" * (room.f_bavail * room.f_frsize))
            file.flush()
        over.wait(3)
        ballast.unlink(missing_ok=True)


def send_bombs(stage: Stage, over: threading.Event) -> None:
    """The bombs come among the mails, one after the other."""
    for name in BOMBS:
        if over.wait(0.3):
            break
        with smtplib.SMTP("127.0.0.1", stage.postdesk.smtp_port, timeout=60) as client:
            client.sendmail(SENDER, [MAILBOX], bomb(name))


def stop_and_start(stage: Stage, over: threading.Event) -> None:
    """SIGTERM under load, and a start, again and again."""
    while not over.wait(1.5):
        stage.postdesk.stop(seconds=10)
        stage.postdesk.start()


FAULTS: dict[str, tuple[Fault, str]] = {
    "kill -9 door, filer, worker in turn": (kill_parts, "sqlite"),
    "the same on PostgreSQL": (kill_parts, "postgresql"),
    "kill -9 door": (kill_one(SMTP_SERVER), "sqlite"),
    "kill -9 filer": (kill_one(FILER), "sqlite"),
    "kill -9 worker": (kill_one(WORKER), "sqlite"),
    "kill -9 everything": (kill_everything, "sqlite"),
    "kill -9 Redis": (kill_redis, "sqlite"),
    "Redis frozen": (freeze_redis, "sqlite"),
    "Redis flushed": (flush_redis, "sqlite"),
    "SQLite locked": (lock_database, "sqlite"),
    "store away": (take_store_away, "sqlite"),
    "PostgreSQL crashes": (stop_database, "postgresql"),
    "disk full": (fill_disk, "sqlite"),
    "disk full, PostgreSQL elsewhere": (fill_disk, "postgresql"),
    "a bomb each 0.3 s": (send_bombs, "sqlite"),
    "a bomb each 0.3 s, PostgreSQL": (send_bombs, "postgresql"),
    "SIGTERM under load": (stop_and_start, "sqlite"),
}

_HEAD = ["fault", "accepted", "lost", "twice", "ledger", "no ack", "ack x2", "2 acks"]
_HEAD += ["wait", "back in"]


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.faults", description=__doc__)
    parser.add_argument("--mails", type=int, default=500, help="a burst; at most 5,000")
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--only", default="", help="faults whose name contains this")
    parser.add_argument("--flood", type=int, default=flood.FLOOD, help="mails of a flood")
    options = parser.parse_args()
    mails = min(options.mails, 5_000)
    print(f"Bursts of {mails} mails from 6 clients, --seed {options.seed}\n")
    print("{:38}{:>9}{:>6}{:>7}{:>8}{:>8}{:>8}{:>8}{:>9}{:>9}".format(*_HEAD))
    outcomes = []
    for name, (fault, kind) in FAULTS.items():
        if options.only.lower() in name.lower():
            outcome = run(name, fault, mails=mails, kind=kind, seed=options.seed)
            outcomes.append(outcome)
            print(_line(outcome), flush=True)
    print()
    fair = True
    for name, kind_of_flood in flood.FLOODS.items():
        if options.only.lower() in name:
            found = flood.run(kind_of_flood, options.flood)
            print(f"{name}: {found}", flush=True)
            fair = fair and found.holds
    if options.only.lower() in "slow clients of the pages":
        beside = slow_clients.run()
        print(f"\nSlow clients of the pages\n{beside}", flush=True)
        fair = fair and beside.holds
    held = outbound.main(min(2 * mails, 5_000), options.seed, options.only)
    return 0 if held and fair and all(outcome.holds for outcome in outcomes) else 1


def _line(o: Outcome) -> str:
    return (
        f"{o.fault:38}{o.accepted:>9}{o.lost:>6}{o.filed_twice:>7}{o.unbalanced:>8}"
        f"{o.unanswered:>8}{o.sent_twice:>8}{o.answered_differently:>8}"
        f"{o.longest_wait_s:>7.1f} s{o.recovered_s:>7.1f} s"
    )


if __name__ == "__main__":
    sys.exit(main())

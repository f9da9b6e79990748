"""Kill, freeze and stop things while mail comes in; then count what was lost (nothing).

``python -m bench.faults`` runs each fault in a Postdesk of its own and prints a table; it exits
with 1 if a mail was lost, filed twice, or acknowledged with two different Message-IDs.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from bench import (
    clients,
    flood,
    gateway_faults,
    outbound,
    power_faults,
    relay_faults,
    sink,
    slow_clients,
)
from bench.burst import FILER, Counts, Fault, Stage, count_burst, count_unacknowledged
from bench.burst import kill as kill_parts_of
from bench.clock_faults import movable_clock, set_clock
from bench.database_faults import fail_over, lock_database, settings_for, stop_database
from bench.fault_rows import chosen, print_rows
from bench.file import count_unsent
from bench.mail_faults import send_bombs, send_poison
from bench.mails import MAILBOX, Mail, new_mails
from bench.store_faults import (
    mount_another,
    own_bucket,
    start_unshared,
    stop_bucket,
    take_store_away,
)
from helpdesk.db import connect
from helpdesk.settings import load
from tests.support.process_tree import find
from tests.support.running import RunningPostdesk
from tests.support.s3_server import VARIABLES
from tests.support.servers import PostgreSQL, wait_until

SMTP_SERVER, WORKER = "mailgate --only door", "commands worker"
REDIS = "-server unixsocket"  # what it calls itself once it runs
ON_POSTGRESQL = ("postgresql", "pair")
"""Kinds of database: a pair is one with its standby."""
RECOVER_WITHIN = 240.0
KILLS = 15
"""At most so many in a burst: an SMTP server killed faster than it starts takes no mail at all."""


@dataclass(frozen=True)
class Outcome:
    """What one fault led to."""

    fault: str
    counts: Counts
    recovered_s: float
    """From the end of the fault until every mail was filed and every answer had left."""

    @property
    def holds(self) -> bool:
        return self.counts.holds


def run(name: str, fault: Fault, kind: str = "sqlite", *, mails: int, seed: int = 1) -> Outcome:
    """One fault under a burst of ``mails`` from six clients, in a Postdesk of its own."""
    small = fault is fill_disk
    with ExitStack() as stack:
        folder = stack.enter_context(_folder(small=small))
        to = stack.enter_context(sink.running())
        server = stack.enter_context(closing(PostgreSQL())) if kind in ON_POSTGRESQL else None
        pair = server if kind == "pair" else None
        standby = stack.enter_context(closing(PostgreSQL(of=pair))) if pair else None
        bucket = stack.enter_context(own_bucket()) if kind == "s3" else None
        changed = settings_for(server, standby) if server else {}
        changed |= bucket.settings if bucket else {}
        changed |= {"SMTP_SIZE": str(1024 * 1024)} if small else {}
        postdesk = RunningPostdesk(folder, RELAY_URL=to.url, **changed)
        postdesk.environment |= dict(VARIABLES) if bucket else {}
        if fault is set_clock:
            postdesk.environment |= movable_clock(folder)
        stack.enter_context(postdesk)
        postdesk.command("mailbox", "add", MAILBOX)
        database = connect(load(postdesk.environment))
        stack.callback(database.dispose)
        stage = Stage(postdesk, database, server, bucket, random.Random(seed), standby)
        return _run(name, fault, stage, to, new_mails(mails, f"fault{seed}"))


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
    difference = stage.postdesk.ledger()["difference"]
    counts = count_burst(stage.database, to, mails, sent[0], difference)
    return Outcome(name, counts, recovered)


def _settled(stage: Stage) -> bool:
    try:
        ledger = stage.postdesk.ledger()
        unsent = count_unsent(stage.database) + count_unacknowledged(stage.database)
        return ledger["waiting"] == 0 == ledger["difference"] and unsent == 0
    except Exception:
        return False  # it is not back yet; what stays so is judged in the end


def kill_parts(stage: Stage, over: threading.Event) -> None:
    """``kill -9`` of SMTP server, filer and worker in turn, one each 0.2 to 1 s."""
    for turn in range(KILLS):
        if over.wait(stage.chance.uniform(0.2, 1.0)):
            break
        kill_parts_of(stage, (SMTP_SERVER, FILER, WORKER)[turn % 3])


def kill_one(words: str) -> Fault:
    """``kill -9`` of one part only, each 0.2 to 1 s."""

    def fault(stage: Stage, over: threading.Event) -> None:
        for _ in range(KILLS):
            if over.wait(stage.chance.uniform(0.2, 1.0)):
                break
            kill_parts_of(stage, words)

    return fault


def kill_everything(stage: Stage, over: threading.Event) -> None:
    """The whole of Postdesk dies with SIGKILL, and is started again, twice."""
    for _ in range(2):
        over.wait(stage.chance.uniform(1.0, 2.0))
        stage.postdesk.kill()
        stage.postdesk.start()


def kill_redis(stage: Stage, over: threading.Event) -> None:
    while not over.wait(stage.chance.uniform(0.5, 1.5)):
        kill_parts_of(stage, REDIS)


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
    "another store in its place": (mount_another, "sqlite"),
    "a machine with a store of its own": (start_unshared, "postgresql"),
    "S3 server stopped": (stop_bucket, "s3"),
    "PostgreSQL crashes": (stop_database, "postgresql"),
    "PostgreSQL's standby takes over": (fail_over, "pair"),
    "disk full": (fill_disk, "sqlite"),
    "disk full, PostgreSQL elsewhere": (fill_disk, "postgresql"),
    "a bomb each 0.3 s": (send_bombs, "sqlite"),
    "a bomb each 0.3 s, PostgreSQL": (send_bombs, "postgresql"),
    "poison mails": (send_poison, "sqlite"),
    "clock a day ahead, and back": (set_clock, "sqlite"),
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
    fair = print_rows(
        chosen(FAULTS, options.only),
        lambda name: run(name, *FAULTS[name], mails=mails, seed=options.seed),
        _line,
    )
    print()
    for name, kind_of_flood in flood.FLOODS.items():
        if options.only.lower() in name:
            found = flood.run(kind_of_flood, options.flood)
            print(f"{name}: {found}", flush=True)
            fair = fair and found.holds
    if options.only.lower() in "slow clients of the pages":
        beside = slow_clients.run()
        print(f"\nSlow clients of the pages\n{beside}", flush=True)
        fair = fair and beside.holds
    fair = outbound.main(min(2 * mails, 5_000), options.seed, options.only) and fair
    for module in (power_faults, relay_faults, gateway_faults):
        fair = module.main(mails, options.seed, options.only) and fair
    return 0 if fair else 1


def _line(o: Outcome) -> str:
    c = o.counts
    return (
        f"{o.fault:38}{c.accepted:>9}{c.lost:>6}{c.filed_twice:>7}{c.unbalanced:>8}"
        f"{c.unanswered:>8}{c.sent_twice:>8}{c.answered_differently:>8}"
        f"{c.longest_wait_s:>7.1f} s{o.recovered_s:>7.1f} s"
    )


if __name__ == "__main__":
    sys.exit(main())

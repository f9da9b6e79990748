"""Kill, freeze and flush what sends, while a full outbox leaves; then count what came.

Each fault has a worker, a Redis and a sink of its own; the database is SQLite. Counted at the sink:
mails that never came (lost), and mails that came twice, which is allowed after a kill alone, and
then with the same Message-ID.
"""

from __future__ import annotations

import logging
import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import structlog
from sqlalchemy import select

from bench import sink
from bench.deliver import fill
from bench.fault_rows import chosen, print_rows
from bench.file import count_unsent
from helpdesk.db import Database, connect
from helpdesk.models import OutboundMail
from helpdesk.schema import migrate
from helpdesk.settings import load
from jobs.queue import Nudger
from tests.support.process_tree import find, tree
from tests.support.running import POSTDESK
from tests.support.servers import Redis, die_with_parent, wait_until

WITHIN = 60.0
"""Seconds after a fault of Redis within which all must have left."""
WITHIN_AFTER_KILLS = 240.0
"""A mail whose worker died under it three times waits a minute and more before it goes again."""
FAULT_LASTS = 20.0


@dataclass(frozen=True)
class Outcome:
    """What one fault led to."""

    fault: str
    mails: int
    lost: int
    twice: int
    """Mails that came more than once, with the same Message-ID."""
    unknown: int
    """Message-IDs that came and are no mail of the outbox: never allowed."""
    harm: int
    """How often harm was done."""
    recovered_s: float

    @property
    def holds(self) -> bool:
        killed = "kill" in self.fault
        in_time = self.recovered_s <= (WITHIN_AFTER_KILLS if killed else WITHIN)
        return not self.lost and not self.unknown and in_time and (killed or not self.twice)


@dataclass
class Stage:
    """A worker with its Redis, its database and its sink."""

    redis: Redis
    database: Database
    process: subprocess.Popen[bytes]
    chance: random.Random
    start: Callable[[], subprocess.Popen[bytes]]
    harm: int = 0


Fault = Callable[[Stage, Callable[[], bool]], None]
"""Does its harm until the given function says that the fault is over."""


def kill_workers(stage: Stage, over: Callable[[], bool]) -> None:
    """SIGKILL of one of the worker's processes, and of all it started, each 0.3 to 1.5 s."""
    while not over():
        time.sleep(stage.chance.uniform(0.3, 1.5))
        parts = find(stage.process.pid, "worker --only")
        if parts:
            _kill(stage.chance.choice(parts).pid)
            stage.harm += 1


def kill_all(stage: Stage, over: Callable[[], bool]) -> None:
    """SIGKILL of the supervisor and every process under it; started again at once."""
    while not over():
        time.sleep(stage.chance.uniform(2, 4))
        _kill(stage.process.pid)
        stage.process.wait()
        stage.harm += 1
        stage.process = stage.start()


def flush(stage: Stage, over: Callable[[], bool]) -> None:
    while not over():
        time.sleep(0.2)
        stage.redis.flush()
        stage.harm += 1


def freeze(stage: Stage, over: Callable[[], bool]) -> None:
    stage.redis.freeze()
    stage.harm += 1
    while not over():
        time.sleep(0.2)
    stage.redis.thaw()


def restart(stage: Stage, over: Callable[[], bool]) -> None:
    while not over():
        time.sleep(stage.chance.uniform(0.5, 2))
        stage.redis.kill()
        time.sleep(1)
        stage.redis.start()
        stage.harm += 1


def without(stage: Stage, over: Callable[[], bool]) -> None:
    """Redis ends, and does not come back: the sweep alone sends."""
    stage.redis.kill()
    stage.harm += 1


FAULTS: dict[str, Fault] = {
    "out: kill -9 worker and work-horse": kill_workers,
    "out: kill -9 all that sends": kill_all,
    "out: Redis flushed": flush,
    "out: Redis frozen": freeze,
    "out: Redis restarted": restart,
    "out: Redis gone for good": without,
}


def run(name: str, *, mails: int, seed: int) -> Outcome:
    """One fault while so many mails leave."""
    redis = Redis()
    try:
        with (
            tempfile.TemporaryDirectory(prefix="postdesk-out-") as folder,
            sink.running() as to,
            stage_of(Path(folder), redis, to.url, seed) as stage,
        ):
            return _run(name, FAULTS[name], stage, to, mails)
    finally:
        redis.close()


def settings_of(folder: Path, redis_url: str, relay_url: str) -> dict[str, str]:
    """The environment of what sends from a folder of its own, with SQLite, by a relay."""
    kept = {name: v for name, v in os.environ.items() if not name.startswith("POSTDESK_")}
    return kept | {
        "POSTDESK_DATA_DIR": str(folder / "var"),
        "POSTDESK_REDIS_URL": redis_url,
        "POSTDESK_RELAY_URL": relay_url,
    }


@contextmanager
def stage_of(folder: Path, redis: Redis, relay_url: str, seed: int) -> Iterator[Stage]:
    """A worker that sends by this relay, with a new database."""
    environment = settings_of(folder, redis.url, relay_url)
    database = connect(load(environment))
    migrate(database)
    database.after_commit(Nudger(redis.url).nudge)

    def start() -> subprocess.Popen[bytes]:
        with (folder / "log").open("ab") as log:
            return subprocess.Popen(
                [POSTDESK, "worker"],
                env=environment,
                cwd=folder,
                stdout=log,
                stderr=log,
                preexec_fn=die_with_parent(signal.SIGTERM),
            )

    stage = Stage(redis, database, start(), random.Random(seed), start)
    try:
        yield stage
    finally:
        _kill(stage.process.pid)
        stage.process.wait()
        database.dispose()


def _run(name: str, fault: Fault, stage: Stage, to: sink.Sink, mails: int) -> Outcome:
    ended = burst(stage, mails, lambda over: fault(stage, over))
    with suppress(TimeoutError, AssertionError):
        wait_until(
            "all have left", lambda: count_unsent(stage.database) == 0, seconds=WITHIN_AFTER_KILLS
        )
    recovered = time.monotonic() - ended
    with stage.database.reading() as session:
        meant = {f"<{one}>" for one in session.scalars(select(OutboundMail.message_id))}
    came = Counter(one for ids in to.by_recipient.values() for one in ids)
    return Outcome(
        fault=name,
        mails=len(meant),
        lost=len(meant - came.keys()),
        twice=sum(count > 1 for count in came.values()),
        unknown=len(came.keys() - meant),
        harm=stage.harm,
        recovered_s=recovered,
    )


def burst(stage: Stage, mails: int, harm: Callable[[Callable[[], bool]], None]) -> float:
    """Have so many mails leave while harm is done; the moment of its end, of the monotonic clock.

    They come in over the fault's time, as answers do: some before, some while it lasts.
    """
    wait_until("the worker's parts run", lambda: len(_parts(stage)) == 3, seconds=120)
    done = threading.Event()
    filler = threading.Thread(target=_trickle, args=(stage.database, mails, done))
    filler.start()
    until = time.monotonic() + FAULT_LASTS
    harm(lambda: time.monotonic() > until and done.is_set())
    filler.join()
    return time.monotonic()


def _trickle(database: Database, mails: int, done: threading.Event) -> None:
    pause = FAULT_LASTS * 0.8 / (mails / 10)
    try:
        for start in range(0, mails, 10):
            fill(database, min(10, mails - start), first=start, now=datetime.now(UTC))
            time.sleep(pause)
    finally:
        done.set()


def _parts(stage: Stage) -> list[object]:
    return list(find(stage.process.pid, "worker --only"))


def _kill(root: int) -> None:
    for process in tree(root):
        with suppress(ProcessLookupError):
            os.kill(process.pid, signal.SIGKILL)


def main(mails: int, seed: int, only: str) -> bool:
    """Run those whose name contains ``only``, print a table; whether all held."""
    names = chosen(FAULTS, only)
    # What a nudge says of a Redis that is away: here it is away on purpose.
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    if names:
        print(f"\n{mails} mails leave, --seed {seed}\n")
        head = ("fault", "mails", "lost", "twice", "unknown", "harm", "back in")
        print("{:38}{:>9}{:>6}{:>7}{:>9}{:>6}{:>10}".format(*head))
    return print_rows(names, partial(run, mails=mails, seed=seed), _row)


def _row(o: Outcome) -> str:
    return (
        f"{o.fault:38}{o.mails:>9}{o.lost:>6}{o.twice:>7}{o.unknown:>9}{o.harm:>6}"
        f"{o.recovered_s:>8.1f} s"
    )


if __name__ == "__main__":
    sys.exit(0 if main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000, 1, "") else 1)

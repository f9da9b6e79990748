"""``postdesk worker`` as an operator runs it: killed, frozen, with Redis lost; all mail leaves."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
import redis
from sqlalchemy import func, select

from helpdesk.db import Database, connect
from helpdesk.models import OutboundMail
from helpdesk.settings import load
from jobs.queue import Nudger
from tests.helpdesk.outbox_rows import put_mail
from tests.support.nursery import Started
from tests.support.process_tree import find, tree
from tests.support.relay import ScriptedRelay, Slow
from tests.support.running import RunningPostdesk
from tests.support.servers import Redis, wait_until

pytestmark = pytest.mark.slow


class Worker:
    """A ``postdesk worker`` with a database, a Redis and a relay of its own."""

    def __init__(self, folder: Path, redis: Redis, relay: ScriptedRelay) -> None:
        self._postdesk = RunningPostdesk(folder, REDIS_URL=redis.url, RELAY_URL=relay.url)
        self.environment = self._postdesk.environment
        self.folder = folder
        self._postdesk.take_schema()
        self.database: Database = connect(load(self.environment))
        self.database.after_commit(Nudger(redis.url).nudge)
        self.process: subprocess.Popen[bytes] | Started | None = None

    def start(self) -> None:
        self.process = self._postdesk.begin("worker")

    def script(self, code: str) -> subprocess.Popen[str]:
        """Run some Python where a worker would run."""
        command = [sys.executable, "-c", code]
        return subprocess.Popen(
            command, env=self.environment, cwd=self.folder, stdout=subprocess.PIPE, text=True
        )

    def stop(self) -> float:
        """End it as an operator does; returns how many seconds that took."""
        assert self.process
        began = time.monotonic()
        self.process.terminate()
        self.process.wait(15)
        return time.monotonic() - began

    def put(self, count: int = 1) -> None:
        from datetime import UTC, datetime

        for _ in range(count):
            with self.database.transaction() as session:
                put_mail(session, datetime.now(UTC))

    def count(self, state: str = "sent") -> int:
        with self.database.reading() as session:
            wanted = select(func.count()).where(OutboundMail.state == state)
            return session.scalar(wanted) or 0

    def wait_for(self, sent: int, *, seconds: float = 45) -> None:
        wait_until(f"{sent} are sent", lambda: self.count() >= sent, seconds=seconds)

    def kill(self, words: str) -> None:
        assert self.process
        for part in find(self.process.pid, words):
            with suppress(ProcessLookupError):
                os.kill(part.pid, signal.SIGKILL)


@pytest.fixture
def relay() -> Iterator[ScriptedRelay]:
    with ScriptedRelay() as made:
        yield made


@pytest.fixture
def worker(tmp_path: Path, own_redis: Redis, relay: ScriptedRelay) -> Iterator[Worker]:
    made = Worker(tmp_path, own_redis, relay)
    made.start()
    yield made
    if made.process and made.process.poll() is None:
        parts = find(made.process.pid, "worker --only")
        own_redis.kill()
        made.process.kill()
        made.process.wait(10)
        # They are told by the kernel, and Redis is not there to say goodbye to.
        alive = lambda: [part for part in parts if find(part.pid, "worker --only")]  # noqa: E731
        wait_until("its parts end with it", lambda: not alive())
    made.database.dispose()


def test_a_mail_leaves_at_once_and_with_redis_lost_or_flushed_or_frozen_too(
    worker: Worker, own_redis: Redis, relay: ScriptedRelay
) -> None:
    worker.put()
    worker.wait_for(1)
    own_redis.kill()
    worker.put(2)
    worker.wait_for(3, seconds=30)
    own_redis.start()
    worker.put(2)
    worker.wait_for(5, seconds=30)
    own_redis.freeze()
    worker.put(2)
    worker.wait_for(7, seconds=30)
    own_redis.thaw()
    worker.put(2)
    own_redis.flush()
    worker.wait_for(9, seconds=30)
    assert max(Counter(mail.message_id for mail in relay.mails).values()) == 1


def test_killed_again_and_again_it_loses_nothing_and_repeats_only_with_the_same_id(
    worker: Worker, relay: ScriptedRelay
) -> None:
    relay.always("rcpt", Slow(0.01))
    worker.put(60)
    for round_ in range(2):
        wait_until("it sends", lambda n=round_: len(relay.mails) > 5 * n, seconds=45)
        worker.kill("worker --only")
    worker.wait_for(60, seconds=60)
    with worker.database.reading() as session:
        expected = {f"<{m}>" for m in session.scalars(select(OutboundMail.message_id))}
    came = Counter(mail.message_id for mail in relay.mails)
    assert set(came) == expected
    contents = {mail.message_id: set[bytes]() for mail in relay.mails}
    for mail in relay.mails:
        contents[mail.message_id].add(mail.content)
    assert all(len(different) == 1 for different in contents.values())


def test_sigterm_ends_it_within_ten_seconds_and_loses_nothing(
    worker: Worker, relay: ScriptedRelay
) -> None:
    relay.always("content", Slow(0.2))
    worker.put(20)
    wait_until("it sends", lambda: relay.mails, seconds=45)
    assert worker.process
    parts = tree(worker.process.pid)
    assert worker.stop() < 10
    wait_until("no part is left", lambda: not any(_lives(part.pid) for part in parts), seconds=5)
    assert worker.count("sending") == 0
    assert worker.count("queued") > 0
    relay.always("content", None)
    worker.start()
    worker.wait_for(20)
    assert len({mail.message_id for mail in relay.mails}) == len(relay.mails) == 20


_TOLD_WHERE_ERRORS_ARE_SWALLOWED = """
import os, signal, threading, time
import rq.worker.base
from helpdesk.settings import load
from jobs.worker import run_queue

class Time:
    def sleep(self, seconds):
        if threading.current_thread() is not threading.main_thread():
            return time.sleep(seconds)
        try:
            os.kill(os.getpid(), signal.SIGTERM)
            time.sleep(0.1)
        except Exception:
            print("swallowed", flush=True)

    def __getattr__(self, name):
        return getattr(time, name)

rq.worker.base.time = Time()
run_queue(load(os.environ), "notifications")
"""
_TOLD_BEFORE_IT_LISTENS = """
import os, signal
from helpdesk.settings import load
from jobs import worker

class Late(worker._QueueWorker):
    def _install_signal_handlers(self):
        os.kill(os.getpid(), signal.SIGTERM)
        print("told", flush=True)
        super()._install_signal_handlers()

worker._QueueWorker = Late
worker.run_queue(load(os.environ), "notifications")
"""


def test_a_stop_is_heard_while_redis_is_away_where_errors_are_swallowed(
    worker: Worker, own_redis: Redis
) -> None:
    worker.stop()
    with worker.script(_TOLD_WHERE_ERRORS_ARE_SWALLOWED) as process:
        with redis.Redis.from_url(own_redis.url) as client:
            wait_until("it listens", lambda: _blocks(client), seconds=45)
        own_redis.kill()
        assert "swallowed" in process.communicate(timeout=30)[0]


def test_a_stop_is_heard_while_it_starts(worker: Worker) -> None:
    with worker.script(_TOLD_BEFORE_IT_LISTENS) as process:
        assert process.communicate(timeout=30)[0] == "told\n"


def _blocks(client: redis.Redis) -> bool:
    """Whether anybody waits for a job."""
    return any(connection["cmd"].startswith("bl") for connection in client.client_list())


def _lives(pid: int) -> bool:
    try:
        return "State:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return False

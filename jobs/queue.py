"""Waking the workers: the one module of jobs that others import.

Redis is only the alarm clock: what is to be done stands in the database, and a sweep finds what no
nudge announced. So a nudge may be lost, but it must never hold up or break the page or mail that
caused it: it waits 0.1 s for Redis at most a step, and after a failure not at all for two seconds.
"""

from __future__ import annotations

import os
import stat
import time
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from helpdesk.mail_out.templates import QUEUES
from helpdesk.outages import outage
from helpdesk.settings import SettingError, Settings

if TYPE_CHECKING:
    from redis import Redis

STEP_TIMEOUT = 0.1
"""Seconds that one exchange with Redis may take while a page waits; a nudge is two at most."""
REST_AFTER_FAILURE = 2.0
LONGEST_SOCKET_PATH = 100
"""A unix socket's path has 108 bytes on Linux, 104 on macOS."""
DRAIN = "jobs.deliver.drain"
DRAIN_WAITS_FOR = 15
"""Seconds after which a drain that waits is taken for lost, and another may be enqueued."""


def connect(settings: Settings) -> Nudger:
    """Whom to tell that there is work. Connects at the first nudge: Redis may be down just now."""
    return Nudger(redis_url(settings))


class Nudger:
    """Enqueues the draining of a queue. One a process; threads may share it."""

    def __init__(self, url: str, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._url = url
        self._monotonic = monotonic
        self._redis: Redis | None = None
        self._silent_until = float("-inf")

    def nudge(self, queues: frozenset[str]) -> None:
        """Have a worker drain these queues, unless a drain already waits for one.

        Never raises, and never waits more than 0.3 s. Names that are no queue are ignored.
        """
        if self._monotonic() < self._silent_until:
            return
        try:
            for queue in QUEUES:
                if queue in queues:
                    self._enqueue(queue)
                    outage("redis").worked()
        except Exception as problem:
            self._rest(problem)

    def reachable(self) -> bool:
        """Whether Redis answers just now. Never raises, and never waits more than 0.3 s."""
        try:
            answers = bool(self._connection().ping())
            outage("redis").worked()
            return answers
        except Exception as problem:
            self._rest(problem)
            return False

    def _enqueue(self, queue: str) -> None:
        from rq import Queue  # here: a page that never nudges needs not load it

        redis = self._connection()
        # The mark goes when the drain begins (drain_begins), before it looks for due mails: what
        # was committed until then it will find, what is committed later may enqueue the next one.
        if redis.set(_mark(queue), os.getpid(), nx=True, ex=DRAIN_WAITS_FOR):
            Queue(queue, connection=redis).enqueue(
                DRAIN, queue, job_timeout=-1, result_ttl=0, failure_ttl=3600, ttl=60
            )

    def _connection(self) -> Redis:
        if self._redis is None:
            self._redis = open_redis(self._url, timeout=STEP_TIMEOUT)
        return self._redis

    def _rest(self, problem: Exception) -> None:
        self._silent_until = self._monotonic() + REST_AFTER_FAILURE
        outage("redis").failed(type(problem).__name__)


def open_redis(url: str, *, timeout: float | None) -> Redis:
    """A client that gives up after ``timeout`` seconds an exchange, and never tries twice."""
    from redis import Redis
    from redis.backoff import NoBackoff
    from redis.retry import Retry

    client: Redis = Redis.from_url(
        url, socket_timeout=timeout, socket_connect_timeout=timeout, retry=Retry(NoBackoff(), 0)
    )
    return client


def redis_url(settings: Settings) -> str:
    """Where Redis is: as set, else the embedded one's unix socket."""
    return settings.redis_url or f"unix://{socket_path(settings.data_dir)}"


def socket_path(data_dir: Path) -> Path:
    """The embedded server's socket: in the data folder, or in a short one where that is too deep.

    The short folder must be ours alone: whoever owned it could hand the workers jobs of their own.

    :raises SettingError: where somebody else made that folder.
    """
    path = data_dir / "redis.sock"
    if len(os.fsencode(path)) <= LONGEST_SOCKET_PATH:
        return path
    name = sha256(os.fsencode(data_dir.resolve())).hexdigest()[:16]
    # Not tempfile's folder: TMPDIR may differ from process to process, and be deep itself.
    folder = Path("/tmp") / f"postdesk-{os.getuid()}-{name}"  # noqa: S108 (checked to be ours)
    if folder.exists() and not _is_ours_alone(folder):
        raise SettingError(f"POSTDESK_REDIS_URL: {folder} is not ours alone; name a Redis here")
    return folder / "redis.sock"


def _is_ours_alone(folder: Path) -> bool:
    found = folder.lstat()
    return (
        stat.S_ISDIR(found.st_mode)
        and found.st_uid == os.getuid()
        and not stat.S_IMODE(found.st_mode) & 0o077
    )


def drain_begins(redis: Redis, queue: str) -> None:
    """A drain of this queue has begun: the next nudge may enqueue another."""
    redis.delete(_mark(queue))


def _mark(queue: str) -> str:
    return f"postdesk:drain-waits:{queue}"

"""The worker's processes: one a queue, run by RQ in this very process, and the sweep.

One queue a worker: with several RQ may lose a job it has popped. The job it runs says only “drain
this queue”, so a lost one costs a sweep's interval. No fork a job: a drain sends many mails over
kept connections.
"""

from __future__ import annotations

import signal
import time
from types import FrameType

import structlog
from redis import RedisError
from rq import SimpleWorker

from helpdesk.settings import Settings
from jobs import queue as jobs_queue
from jobs.deliver import process_deliverer
from jobs.redis_server import redis_url
from jobs.sweep import sweep_of

log = structlog.get_logger("jobs.worker")

PAUSE_WITHOUT_REDIS = 1.0


class _QueueWorker(SimpleWorker):
    """RQ's worker; told to stop, it also ends the drain in hand after the mail in hand."""

    def request_stop(self, signum: int, frame: FrameType | None) -> None:
        process_deliverer()[1].stop()
        super().request_stop(signum, frame)  # type: ignore[no-untyped-call]


def run_queue(settings: Settings, queue: str) -> None:
    """Work one queue until SIGTERM or SIGINT. Waits for Redis where it is away."""
    stopped = False

    def stop(*_: object) -> None:
        nonlocal stopped
        stopped = True

    while not stopped:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, stop)
        try:
            connection = jobs_queue.open_redis(redis_url(settings), timeout=None)
            worker = _QueueWorker(
                [queue], connection=connection, worker_ttl=30, maintenance_interval=10
            )
            worker.work(logging_level="WARNING")
            # It returns when it was told to stop.
            stopped = True
        except (RedisError, OSError) as problem:
            log.warning("redis_unreachable", problem=type(problem).__name__)
            time.sleep(PAUSE_WITHOUT_REDIS)


def run_sweep(settings: Settings) -> None:
    """Sweep until SIGTERM or SIGINT."""
    sweep = sweep_of(settings)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: sweep.stop())
    sweep.run()

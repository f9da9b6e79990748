"""The worker's processes: one a queue, run by RQ in this very process, and the sweep.

One queue a worker: with several RQ may lose a job it has popped. The job it runs says only “drain
this queue”, so a lost one costs a sweep's interval. No fork a job: a drain sends many mails over
kept connections.
"""

from __future__ import annotations

import contextlib
import signal
import threading
import time
from types import FrameType

import structlog
from redis import RedisError
from redis.client import Pipeline
from rq import Queue, SimpleWorker
from rq.exceptions import StopRequested
from rq.job import Job
from sqlalchemy.exc import SQLAlchemyError

from helpdesk import outages
from helpdesk.outages import outage
from helpdesk.settings import Settings
from jobs import queue as jobs_queue
from jobs.deliver import process_deliverer
from jobs.queue import redis_url
from jobs.sweep import sweep_of

log = structlog.get_logger("jobs.worker")

PAUSE_WITHOUT_REDIS = 1.0
BEAT_EVERY = 2.0
"""Seconds; by RQ's own account a worker is gone that was silent for a minute and a half."""


class _QueueWorker(SimpleWorker):
    """RQ's worker; told to stop, it also ends the drain in hand after the mail in hand."""

    # RQ's own pause between attempts grows to a minute: a Redis that is back is used at once.
    max_connection_wait_time = 2.0
    stopped: threading.Event
    _beat_at = float("-inf")

    def execute_job(self, job: Job, queue: Queue) -> None:
        """Run a drain, which Redis forgets as it begins.

        What RQ writes down of a job's start, course and end takes it thirty exchanges with Redis:
        more than sending the mail. Nobody reads it, and a drain that is lost costs a sweep's
        interval in any case.
        """
        with contextlib.suppress(RedisError), self.connection.pipeline() as pipeline:
            pipeline.lrem(queue.intermediate_queue_key, 1, job.id)
            pipeline.delete(job.key)
            pipeline.execute()
        try:
            job.perform()
            outage("drain").worked()
        except StopRequested:
            raise
        except (SQLAlchemyError, OSError) as problem:
            outages.failed("drain", problem)
        except Exception:
            log.exception("drain_failed")

    def request_stop(self, signum: int, frame: FrameType | None) -> None:
        """SIGTERM or SIGINT. Nothing here asks Redis: it may be what hangs."""
        self.stopped.set()  # the exception below may be lost: RQ's farewell to Redis may fail too
        deliverer = process_deliverer()[2]
        self._stop_requested = True
        deliverer.stop()
        if not deliverer.busy:
            raise StopRequested

    def heartbeat(self, timeout: int | None = None, pipeline: Pipeline | None = None) -> None:
        """Say that it is alive; where it was told to stop, end instead.

        RQ asks this before each attempt to reach Redis. A signal that came while something was
        logged, or was cleaned up, had its exception swallowed there: the attempts would never end.
        It asks several times a job, too: Redis hears it each few seconds.
        """
        if self.stopped.is_set() and not process_deliverer()[2].busy:
            raise StopRequested
        if pipeline is None and time.monotonic() - self._beat_at < BEAT_EVERY:
            return
        try:
            super().heartbeat(timeout, pipeline)
        except RedisError as problem:
            outage("redis").failed(type(problem).__name__)
            raise
        if pipeline is None:  # else it is asked later
            outage("redis").worked()
            self._beat_at = time.monotonic()

    def procline(self, message: str) -> None:
        """``ps`` shows the command, not what RQ does just now."""

    def _install_signal_handlers(self) -> None:
        super()._install_signal_handlers()  # type: ignore[no-untyped-call]
        if self.stopped.is_set():  # the signal came before
            raise StopRequested


def run_queue(settings: Settings, queue: str) -> None:
    """Work one queue until SIGTERM or SIGINT. Waits for Redis where it is away."""
    try:
        with contextlib.suppress(StopRequested):  # wherever the signal found it
            _work(settings, queue)
    finally:
        with contextlib.suppress(StopRequested):  # told again
            process_deliverer()[2].close()


def _work(settings: Settings, queue: str) -> None:
    stopped = threading.Event()
    process_deliverer()  # made before the first signal may ask for it
    while not stopped.is_set():
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stopped.set())
        try:
            connection = jobs_queue.open_redis(redis_url(settings), timeout=None)
            worker = _QueueWorker(
                [queue],
                connection=connection,
                worker_ttl=30,
                maintenance_interval=60,
                log_job_description=False,
            )
            worker.stopped = stopped
            # Of Redis being away RQ says a line an attempt, and all the rest stands in our own.
            worker.work(logging_level="CRITICAL")
        except (RedisError, OSError) as problem:
            outage("redis").failed(type(problem).__name__)
            stopped.wait(PAUSE_WITHOUT_REDIS)
        else:
            return  # told to stop; or Redis hung, then our supervisor starts us afresh


def run_sweep(settings: Settings) -> None:
    """Sweep until SIGTERM or SIGINT."""
    sweep = sweep_of(settings)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: sweep.stop())
    sweep.run()

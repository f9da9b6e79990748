"""Redis forgets a drain as it begins; one that fails is told in the log, and the next one runs."""

from __future__ import annotations

import redis
from rq import Queue
from structlog.testing import capture_logs

from jobs.worker import _QueueWorker

ran: list[list[str]] = []


def look(url: str) -> None:
    """Note what Redis knows of jobs while one runs."""
    with redis.Redis.from_url(url) as client:
        ran.append([key.decode() for key in client.keys("rq:job:*")])


def fail() -> None:
    raise ValueError("a mistake of ours")


def test_a_drain_is_forgotten_as_it_begins_and_one_that_fails_ends_nothing(redis_url: str) -> None:
    ran.clear()
    with redis.Redis.from_url(redis_url) as client:
        client.flushall()
        queue = Queue("answers", connection=client)
        queue.enqueue(fail, job_timeout=-1)
        queue.enqueue(look, redis_url, job_timeout=-1)
        worker = _QueueWorker([queue], connection=client)
        with capture_logs() as told:
            for job in queue.jobs:
                worker.execute_job(job, queue)
        assert [line["event"] for line in told] == ["drain_failed"]
        assert ran == [[]]
        assert client.keys("rq:job:*") == []

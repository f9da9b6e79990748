"""Waking the workers: never in the way of whoever does it, whatever Redis does."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
import redis
from rq import Queue

from jobs import queue as jobs_queue
from jobs.queue import Nudger, drain_begins
from tests.conftest import MakeSettings
from tests.support.servers import Redis

ANSWERS = frozenset({"answers"})


@pytest.fixture
def client(redis_url: str) -> Iterator[redis.Redis]:
    with redis.Redis.from_url(redis_url) as made:
        yield made


def waiting(client: redis.Redis, queue: str = "answers") -> int:
    return Queue(queue, connection=client).count


def took(nudger: Nudger) -> float:
    began = time.monotonic()
    nudger.nudge(ANSWERS)
    return time.monotonic() - began


def test_many_nudges_make_one_waiting_drain(redis_url: str, client: redis.Redis) -> None:
    nudger = Nudger(redis_url)
    for _ in range(20):
        nudger.nudge(ANSWERS)
    Nudger(redis_url).nudge(ANSWERS)
    assert (waiting(client), waiting(client, "notifications")) == (1, 0)


def test_once_a_drain_has_begun_the_next_nudge_makes_another(
    redis_url: str, client: redis.Redis
) -> None:
    nudger = Nudger(redis_url)
    nudger.nudge(ANSWERS)
    drain_begins(client, "answers")
    nudger.nudge(ANSWERS)
    assert waiting(client) == 2


def test_names_that_are_no_queue_wake_nobody(redis_url: str, client: redis.Redis) -> None:
    Nudger(redis_url).nudge(frozenset({"events", "pages"}))
    assert client.keys() == []


def test_a_flushed_redis_only_forgets_the_nudge(redis_url: str, client: redis.Redis) -> None:
    nudger = Nudger(redis_url)
    nudger.nudge(ANSWERS)
    client.flushall()
    nudger.nudge(ANSWERS)
    assert waiting(client) == 1


def test_a_redis_that_stands_still_holds_nobody_up(own_redis: Redis) -> None:
    now = [0.0]
    nudger = Nudger(own_redis.url, monotonic=lambda: now[0])
    nudger.nudge(ANSWERS)
    own_redis.freeze()
    assert took(nudger) < 0.3
    assert took(nudger) < 0.02, "after a failure it is not even asked for a while"
    now[0] = 3.0
    assert took(nudger) < 0.3
    assert not nudger.reachable()
    own_redis.thaw()
    now[0] = 6.0
    assert nudger.reachable()


def test_a_redis_that_is_gone_holds_nobody_up_and_is_used_again_when_back(
    own_redis: Redis,
) -> None:
    now = [0.0]
    nudger = Nudger(own_redis.url, monotonic=lambda: now[0])
    nudger.nudge(ANSWERS)
    own_redis.kill()
    assert took(nudger) < 0.3
    own_redis.start()
    now[0] = 3.0
    nudger.nudge(ANSWERS)
    with redis.Redis.from_url(own_redis.url) as client:
        assert waiting(client) == 1


def test_a_redis_that_never_was_raises_nothing() -> None:
    assert took(Nudger("unix:///nonexistent/redis.sock")) < 0.3


def test_a_redis_that_is_named_is_the_one_that_is_used(make_settings: MakeSettings) -> None:
    assert jobs_queue.redis_url(make_settings(REDIS_URL="redis://r:1/0")) == "redis://r:1/0"

"""A mail that has to share the CPU is not one that is slow to read."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from mailgate.parse.isolated import Reader
from mailgate.parse.time_limit import LONGEST, STARVED_TIMES, TimeLimit
from tests.mailgate.parse.build import HEAD

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="others have the clock alone")

LABOUR = HEAD + b"Content-Type: text/html\n\n" + b"&" * 150_000
"""About a second of the CPU."""


@contextmanager
def crowded() -> Iterator[int]:
    """A CPU that four others keep busy."""
    cpu = min(os.sched_getaffinity(0))
    command = [sys.executable, "-c", "while True: pass"]
    crowd = [subprocess.Popen(command) for _ in range(4)]
    try:
        for process in crowd:
            os.sched_setaffinity(process.pid, {cpu})
        yield cpu
    finally:
        for process in crowd:
            process.kill()
            process.wait()


def test_who_gets_little_of_the_cpu_has_longer_by_the_clock() -> None:
    with Reader(second_pass=False) as reader:
        reader.read(HEAD + b"\nfirst\n", wall=30)
        began = time.monotonic()
        assert reader.read(LABOUR, wall=30).failure is None
        alone = time.monotonic() - began
        with crowded() as cpu:
            assert reader._child
            os.sched_setaffinity(reader._child._pid, {cpu})
            result = reader.read(LABOUR, wall=2 * alone)
    assert (result.failure, result.interrupted) == (None, False)


def test_who_has_all_of_the_cpu_has_no_longer() -> None:
    with Reader(wall=0.1, second_pass=False) as reader:
        reader.read(HEAD + b"\nfirst\n", wall=30)
        assert reader.read(LABOUR).interrupted


def test_who_uses_none_of_the_cpu_ends_too() -> None:
    sleeper = subprocess.Popen(["sleep", "60"])
    try:
        limit = TimeLimit.start(sleeper.pid, 0.1)
        while limit.left() > 0:
            time.sleep(0.01)
        passed = time.monotonic() - limit.began
    finally:
        sleeper.kill()
        sleeper.wait()
    assert passed >= 0.1 * STARVED_TIMES


def test_the_longest_time_stays_as_it_is() -> None:
    limit = TimeLimit(LONGEST, os.getpid(), time.monotonic() - LONGEST - 0.1, 0.0)
    assert limit.left() == 0


def test_an_ended_child_has_no_time_left() -> None:
    ended = subprocess.Popen(["true"])
    limit = TimeLimit.start(ended.pid, 0.0)
    ended.wait()
    assert limit.left() == 0

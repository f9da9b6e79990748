"""A wall clock that is set is noticed, once; one that drifts is not."""

from __future__ import annotations

from jobs.clock_guard import ClockGuard
from tests.jobs.test_closing import Time
from tests.support.clock import FakeClock


def test_a_jump_is_noticed_once(clock: FakeClock) -> None:
    time = Time(clock)
    guard = ClockGuard(clock, time.monotonic)
    time.goes_on(days=3)
    assert not guard.was_set()
    clock.advance(3700)
    assert guard.was_set()
    assert not guard.was_set()
    clock.advance(60)
    assert not guard.was_set()

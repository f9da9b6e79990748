"""Values that may be some seconds old."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

import pytest
from flask import Flask

from tests.support.clock import FakeClock
from web.cached import CachedValue


@pytest.fixture(autouse=True)
def _in_the_application(app: Flask) -> Iterator[None]:
    with app.app_context():
        yield


def test_a_value_is_made_again_after_its_time(clock: FakeClock) -> None:
    numbers = count()
    value = CachedValue(lambda: next(numbers), seconds=5)
    assert [value.get(), value.get()] == [0, 0]
    clock.advance(seconds=4)
    assert value.get() == 0
    clock.advance(seconds=2)
    assert value.get() == 1


def test_what_was_changed_is_made_again_at_once(clock: FakeClock) -> None:
    numbers = count()
    value = CachedValue(lambda: next(numbers), seconds=5)
    value.get()
    value.forget()
    assert value.get() == 1

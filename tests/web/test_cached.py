"""Values that may be some seconds old."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

import pytest
from flask import Flask

from tests.support.clock import FakeClock
from web.cached import CachedValue, ChangeMark
from web.store import store


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


def test_what_one_process_changed_the_others_make_anew_at_once(clock: FakeClock) -> None:
    names = iter(["old", "new", "newer"])
    stood = next(names)
    here, there = (
        CachedValue(lambda: stood, seconds=5, mark=ChangeMark("names")) for _ in range(2)
    )
    assert (here.get(), there.get()) == ("old", "old")
    for stood in names:
        here.forget()
        assert (there.get(), here.get()) == (stood, stood)
    stood = "unsaid"
    assert (there.get(), here.get()) == ("newer", "newer"), "nobody said so"


def test_a_mark_that_cannot_be_set_is_no_error(clock: FakeClock) -> None:
    folder = store().settings.data_dir / "run"
    folder.parent.mkdir(parents=True, exist_ok=True)
    folder.write_text("a file where the folder belongs")
    numbers = count()
    value = CachedValue(lambda: next(numbers), seconds=5, mark=ChangeMark("numbers"))
    value.get()
    value.forget()
    assert value.get() == 1

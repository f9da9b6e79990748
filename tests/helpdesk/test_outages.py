"""Outages: a line at the start, one a minute, one at the end."""

from __future__ import annotations

import pytest

from helpdesk.outages import Outage

Line = tuple[str, dict[str, object]]


class Told:
    """An outage whose lines and clock are the test's."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.lines: list[Line] = []
        self.outage = Outage(
            "redis",
            say=lambda event, fields: self.lines.append((event, fields)),
            monotonic=lambda: self.now,
        )

    def fail_for(self, seconds: int) -> None:
        """Fail five times a second."""
        for _ in range(seconds * 5):
            self.outage.failed("TimeoutError", waits=lambda: 3)
            self.now += 0.2


def test_a_line_at_the_start_one_a_minute_and_one_at_the_end() -> None:
    told = Told()
    told.fail_for(150)
    told.outage.worked()
    told.outage.worked()
    assert [event for event, _ in told.lines] == [
        "outage_began",
        "outage_lasts",
        "outage_lasts",
        "outage_ended",
    ]
    assert told.lines[0][1] == {"what": "redis", "cause": "TimeoutError", "waits": 3}
    assert told.lines[1][1]["seconds"] == pytest.approx(60, abs=1)
    assert told.lines[-1][1] == {"what": "redis", "seconds": 150, "failures": 750}


def test_nothing_is_said_while_all_is_well() -> None:
    told = Told()
    told.outage.worked()
    assert not told.outage.lasts
    assert told.lines == []


def test_the_next_outage_is_one_of_its_own() -> None:
    told = Told()
    told.fail_for(1)
    told.outage.worked()
    told.now += 5
    told.fail_for(1)
    assert [event for event, _ in told.lines] == ["outage_began", "outage_ended", "outage_began"]

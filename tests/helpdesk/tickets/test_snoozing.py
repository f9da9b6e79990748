"""A snooze as the history writes it, and read again."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from helpdesk.tickets.snoozing import Snooze, read_snooze

TOMORROW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)


@pytest.mark.parametrize("stays", [True, False])
def test_it_is_read_as_it_was_written(stays: bool) -> None:
    assert read_snooze(str(Snooze(TOMORROW, stays))) == Snooze(TOMORROW, stays)


@pytest.mark.parametrize("written", ["", "tomorrow", "2026-12-01", "2026-12-01T08:00:00"])
def test_what_is_no_moment_is_no_snooze(written: str) -> None:
    assert read_snooze(written) is None

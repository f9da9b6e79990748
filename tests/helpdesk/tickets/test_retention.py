"""Ages: what another one changes, and when the nights are."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from helpdesk.tickets.retention import GRACE, Age, changed_age, first_run, night_of

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)


def test_only_what_would_delete_more_waits() -> None:
    later = NOW + GRACE
    assert changed_age(Age(), 365, NOW) == Age(365, None, later)
    assert changed_age(Age(365), 100, NOW) == Age(100, 365, later)
    assert changed_age(Age(365), 400, NOW) == Age(400)
    assert changed_age(Age(365), None, NOW) == Age()
    waiting = Age(100, 365, later)
    assert changed_age(waiting, 90, NOW) == Age(90, 365, later)
    assert changed_age(waiting, 365, NOW) == Age(365)
    assert changed_age(waiting, 90, later) == Age(90, 100, later + GRACE)


def test_a_night_begins_at_two() -> None:
    two = NOW.replace(hour=2)
    assert night_of(NOW) == two
    assert night_of(two) == two
    assert night_of(two - timedelta(seconds=1)) == two - timedelta(days=1)
    assert first_run(Age(365), NOW) == two + timedelta(days=1)
    assert first_run(Age(365, None, NOW + GRACE), NOW) == two + timedelta(days=2)
    assert first_run(Age(365), two) == two

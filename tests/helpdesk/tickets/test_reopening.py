"""For how long an answer reopens a closed ticket, on the page and by mail alike."""

from __future__ import annotations

from datetime import timedelta

from helpdesk.tickets.reopening import is_closed_for_good
from tests.support.factories import NOW

DAY = timedelta(days=1)


def test_a_ticket_is_closed_for_good_once_its_days_are_over() -> None:
    assert not is_closed_for_good(None, 0, NOW)
    assert not is_closed_for_good(NOW, 14, NOW + 14 * DAY)
    assert is_closed_for_good(NOW, 14, NOW + 14 * DAY + timedelta(seconds=1))

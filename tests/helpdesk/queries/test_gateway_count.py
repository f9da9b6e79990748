"""What a gateway counts of itself."""

from __future__ import annotations

import pytest

from helpdesk.db import Database
from helpdesk.queries import gateway_count
from helpdesk.queries.gateway_count import GatewayCounter
from tests.support.gateways import Pair, pair

__all__ = ["pair"]


def test_what_was_counted_long_ago_is_not_counted_again(
    pair: Pair, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = pair
    monkeypatch.setattr(gateway_count, "SETTLED_AFTER", 0.0)
    counter = GatewayCounter(first.settings, first.row)
    for number in range(3):
        first.takes(f"Mine {number}")
        second.takes(f"Others {number}")
        first.files()
        second.files()
        count = counter.count(database)
        assert (count.accepted, count.waiting, count.difference) == (number + 1, 0, 0)
    assert count.counted >= 2
    assert count.counted_to >= 4, "rows of both, up to the one that was newest the time before"
    again = GatewayCounter(first.settings, first.row).count(database)
    assert (again.counted_to, again.difference) == (0, 0)


def test_it_says_for_how_long_the_oldest_waits_and_what_is_free(
    pair: Pair, database: Database
) -> None:
    first, _ = pair
    counter = GatewayCounter(first.settings, first.row)
    assert counter.count(database).oldest_seconds is None
    first.takes("One")
    count = counter.count(database)
    assert count.oldest_seconds in range(5)
    assert count.disk_free
    assert not count.disk_is_full

"""How often pages may be asked."""

from __future__ import annotations

from tests.web.conftest import Browser


def test_a_redis_that_is_away_slows_no_sign_in(anonymous: Browser) -> None:
    # The settings of a test name a Redis that is not there: the limits count in memory.
    assert anonymous.sign_in("bo@shop.example").status_code == 303

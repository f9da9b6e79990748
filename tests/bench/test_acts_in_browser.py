"""What staff do at the desk is seen to be done in a browser while it is timed."""

from __future__ import annotations

import pytest

from bench import acts_in_browser
from tests.conftest import missing_program
from tests.support.browsing import CHROMIUM

pytestmark = pytest.mark.browser


def test_each_act_is_timed_to_what_the_page_shows() -> None:
    if not CHROMIUM.exists():
        missing_program("Chromium is not installed (on Debian: apt install chromium)")
    timed = acts_in_browser.measure("sqlite", tickets=600, times=2)
    assert len(timed) == 12
    assert all(0 < one.p50_ms <= one.p95_ms for one in timed)

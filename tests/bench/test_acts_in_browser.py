"""What staff do at the desk is seen to be done in a browser while it is timed."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from bench import acts_in_browser
from tests.conftest import missing_program
from tests.support.browsing import CHROMIUM

pytestmark = pytest.mark.browser


def test_each_act_is_timed_to_what_the_page_shows() -> None:
    if not CHROMIUM.exists():
        missing_program("Chromium is not installed (on Debian: apt install chromium)")
    with ThreadPoolExecutor(1) as apart:  # of the browser that other tests have
        timed = apart.submit(acts_in_browser.measure, "sqlite", tickets=600, times=1).result()
    acts = {one.act for one in timed}
    assert {"open a ticket", "next", "priority of 10", "undo of 100", "send and next"} <= acts
    assert all(0 < one.p50_ms <= one.p95_ms for one in timed)

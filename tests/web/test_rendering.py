"""Texts, times and icons as templates write them."""

from __future__ import annotations

from tests.web.conftest import Browser, Desk


def test_times_stand_in_the_visitors_zone(desk: Desk, anonymous: Browser) -> None:
    page = f"/t/{desk.token()}"
    assert "UTC</time>" in anonymous.get(page).text
    anonymous.client.set_cookie("zone", "Asia%2FTokyo")
    assert "JST</time>" in anonymous.get(page).text
    anonymous.client.set_cookie("zone", "../../etc/passwd")
    assert "UTC</time>" in anonymous.get(page).text

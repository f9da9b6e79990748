"""The first page."""

from __future__ import annotations

from tests.web.conftest import Browser, Desk


def test_home_says_where_to_write(desk: Desk, anonymous: Browser) -> None:
    text = anonymous.get("/").text
    assert 'href="mailto:support@shop.example"' in text

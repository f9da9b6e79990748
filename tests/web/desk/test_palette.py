"""The palette's answers to what is typed."""

from __future__ import annotations

import re

from tests.web.conftest import Browser


def found(browser: Browser, typed: str) -> list[str]:
    """What is offered, in its order: its kind each."""
    page = browser.get(f"/desk/palette?q={typed}").text
    return re.findall(r'id="palette-([a-z]+)', page)


def test_who_is_called_so_comes_before_tickets_that_have_the_word(agent: Browser) -> None:
    assert found(agent, "ann@shop") == ["person", "ticket", "search"]
    assert found(agent, "parcel") == ["ticket", "search"]
    assert found(agent, "") == []

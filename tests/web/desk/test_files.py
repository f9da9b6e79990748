"""Files and sources on the desk."""

from __future__ import annotations

import re

from tests.web.conftest import RAW, Browser, Desk


def test_the_source_is_text_to_be_saved(desk: Desk, agent: Browser) -> None:
    page = agent.get(f"/desk/t/{desk.ticket.number}").text
    found = re.search(r'href="(/desk/mail/\d+/source)"', page)
    assert found
    answer = agent.get(found[1])
    assert answer.data == RAW
    assert answer.mimetype == "text/plain"
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert "It names no ticket, so it starts one." in page
    assert "Bad charset" in page

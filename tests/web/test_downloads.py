"""Files, downloaded."""

from __future__ import annotations

import re

from tests.web.conftest import Browser, Desk


def test_downloads_are_saved_never_run(desk: Desk, agent: Browser) -> None:
    page = agent.get(f"/desk/t/{desk.ticket.number}").text
    for number in re.findall(r'href="/desk/file/(\d+)"', page):
        answer = agent.get(f"/desk/file/{number}")
        assert answer.mimetype == "application/octet-stream"
        assert answer.headers["Content-Disposition"].startswith("attachment;")
        assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"

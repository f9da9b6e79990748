"""A mail that was read wrongly, reported from its page."""

from __future__ import annotations

from mailgate.filing.asked_reports import make_asked_reports
from tests.support.clock import FakeClock
from tests.web.conftest import Browser, Desk
from tests.web.desk.inbound import quarantine_mail


def test_a_bad_parse_is_reported_with_one_click(
    desk: Desk, agent: Browser, clock: FakeClock
) -> None:
    raw = b"From: Eve <eve@mail.example>\r\nSubject: My secret\r\n\r\nA very private letter.\r\n"
    page = f"/desk/mail/{quarantine_mail(desk, clock, raw_sha256=desk.blobs.put(raw))}"
    assert agent.get(f"{page}/report/copy").status_code == 404
    agent.post(f"{page}/report", page)
    assert "The copy is being made" in agent.get(f"{page}/report").text
    assert make_asked_reports(desk.database, desk.blobs) == 1
    assert "read just as the mail is" in agent.get(page).text
    copy = agent.get(f"{page}/report/copy")
    assert copy.headers["Content-Disposition"].startswith("attachment;")
    assert b"private" not in copy.data
    assert b"eve@" not in copy.data
    agent.post(f"{page}/report", page)
    make_asked_reports(desk.database, desk.blobs)
    assert agent.get(f"{page}/report/copy").data != copy.data, "made anew, with other words"

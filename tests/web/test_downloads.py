"""Files, downloaded."""

from __future__ import annotations

import io
import re

from sqlalchemy import update

from helpdesk.models import Comment
from helpdesk.pictures import without_notes
from tests.support.pictures import SECRET, jpeg
from tests.web.conftest import Browser, Desk


def test_downloads_are_saved_never_run(desk: Desk, agent: Browser) -> None:
    page = agent.get(f"/desk/t/{desk.ticket.number}").text
    for number in re.findall(r'href="/desk/file/(\d+)"', page):
        answer = agent.get(f"/desk/file/{number}")
        assert answer.mimetype == "application/octet-stream"
        assert answer.headers["Content-Disposition"].startswith("attachment;")
        assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_what_a_camera_noted_is_for_staff_alone(
    desk: Desk, agent: Browser, anonymous: Browser
) -> None:
    """A photo of staff, or of somebody else on the ticket, tells customers no place."""
    page = f"/desk/t/{desk.ticket.number}"
    photo = (io.BytesIO(jpeg()), "photo.jpg")
    assert agent.post(f"{page}/reply", page, comment="Like so?", files=photo).status_code == 303
    with desk.database.transaction() as session:  # the answer has left
        session.execute(update(Comment).values(leaves_at=None))
    kept = re.findall(r'href="(/desk/file/\d+)"', agent.get(page).text)[-1]
    assert agent.get(kept).data == jpeg()
    shown = anonymous.get(f"/t/{desk.token()}").text
    addresses = [
        f"/t/{desk.token()}/{kind}/{kept.rpartition('/')[2]}" for kind in ("file", "picture")
    ]
    for address in addresses:
        assert address in shown
        answer = anonymous.get(address)
        assert answer.status_code == 200
        assert SECRET not in answer.data
        assert answer.data == without_notes(jpeg())

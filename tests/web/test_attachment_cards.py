"""What was read out of an attachment, shown."""

from __future__ import annotations

import re

import pytest

from helpdesk.models import Ticket
from helpdesk.tickets.comments import CommentDraft, add_comment
from helpdesk.tickets.content import Body, StoredFile
from helpdesk.vocabulary import Source
from tests.support.clock import FakeClock
from tests.web.conftest import Browser, Desk


def test_what_was_attached_is_shown_as_what_it_is(
    desk: Desk, agent: Browser, anonymous: Browser, clock: FakeClock
) -> None:
    invitation = {
        "type": "calendar",
        "kind": "cancelled",
        "summary": "Fitting <b>",
        "location": "Room 7",
        "start": "2026-11-24T09:00:00+00:00",
        "end": None,
        "all_day": False,
        "organizer": {"name": "Ann", "address": "ann@shop.example"},
        "attendees": [],
    }
    forwarded = {
        "type": "mail",
        "subject": "The old one",
        "from": {"name": "", "address": "carrier@mail.example"},
        "to": [],
        "date": "not a date",
        "text": "plain",
        "html": '<p>Hi</p><img src="https://evil.example/x"><img src="cid:a">',
        "attachments": [{"filename": "label.pdf", "size": 3}],
    }
    key = desk.blobs.put(b"x")
    files = [
        StoredFile("invite.ics", "text/calendar", 1, key, reading=invitation),
        StoredFile("old.eml", "message/rfc822", 1, key, reading=forwarded),
    ]
    with desk.database.transaction() as session:
        add_comment(
            session,
            session.get_one(Ticket, desk.ticket.id),
            CommentDraft(desk.ann.id, Body("See both.", "See both."), "mail", files=files),
            clock.now,
        )
    page = agent.get(f"/desk/t/{desk.ticket.number}").text
    for shown in ("Cancelled", "Fitting &lt;b&gt;", "Room 7", "The old one", "label.pdf"):
        assert shown in page
    found = re.search(r'src="(/mail-attached/[^"]+)"', page)
    assert found
    frame = anonymous.get(found[1])
    assert "<p>Hi</p>" in frame.text
    assert "evil.example" not in frame.text
    assert frame.headers["Content-Security-Policy"].startswith(
        "sandbox allow-same-origin; default-src 'none'"
    )
    token = found[1].rpartition("/")[2]
    assert anonymous.get(f"/mail/{token}").status_code == 404


@pytest.mark.parametrize(
    ("start", "shown"),
    [
        ("2026-11-24T09:00:00+00:00", None),
        ("2026-11-24T09:00:00", "24 Nov 2026, 09:00</time> (time zone of the sender)"),
    ],
)
def test_an_invitation_says_where_its_time_zone_is_not_known(
    desk: Desk, agent: Browser, clock: FakeClock, start: str, shown: str | None
) -> None:
    invitation = {"type": "calendar", "kind": "invited", "summary": "Fitting", "start": start}
    key = desk.blobs.put(b"x")
    with desk.database.transaction() as session:
        add_comment(
            session,
            session.get_one(Ticket, desk.ticket.id),
            CommentDraft(
                desk.ann.id,
                Body("Come.", "Come."),
                Source.MAIL,
                files=[StoredFile("invite.ics", "text/calendar", 1, key, reading=invitation)],
            ),
            clock.now,
        )
    page = agent.get(f"/desk/t/{desk.ticket.number}").text
    assert "Fitting" in page
    assert (shown or "24 Nov 2026, 09:00</time></p>") in page
    assert ("time zone of the sender" in page) == (shown is not None)

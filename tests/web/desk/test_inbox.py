"""Mail that came in: what is held, what was decided, and why."""

from __future__ import annotations

import re

from helpdesk.actions.empty_trash import GONE
from tests.support.clock import FakeClock
from tests.web.conftest import Browser, Desk
from tests.web.desk.inbound import DMARC, READING, quarantine_mail


def test_held_mail_is_listed_with_its_reason(desk: Desk, agent: Browser, clock: FakeClock) -> None:
    assert "Nothing is held" in agent.get("/desk/mail").text
    quarantine_mail(desk, clock)
    text = agent.get("/desk/mail").text
    assert DMARC in text
    assert "Hi &lt;b&gt;" in text
    assert re.search(r"held: </span>1<", text), "the count stands beside Mail on every page"


def test_a_held_mail_is_shown_safely_with_what_its_reason_means(
    desk: Desk, agent: Browser, anonymous: Browser, clock: FakeClock
) -> None:
    mail_id = quarantine_mail(desk, clock, reading=READING, decision={
        "outcome": "held", "why": DMARC,
        "authentication": {"verdict": "fail", "reasons": ["No signature of mail.example."],
                           "spf": "fail", "dkim": "none", "dmarc": "fail"},
    })  # fmt: skip
    page = agent.get(f"/desk/mail/{mail_id}").text
    assert "Release it if you expected it" in page
    assert "No signature of mail.example." in page
    assert "bill.pdf" in page
    assert "<script>alert(1)" not in page
    assert "Eve &lt;b&gt;" in page
    frame = re.search(r'<iframe sandbox src="(/mail-held/[^"]+)"', page)
    assert frame
    shown = anonymous.get(frame[1])
    assert "sandbox; default-src 'none'" in shown.headers["Content-Security-Policy"]
    assert "spy.example" not in shown.text
    assert anonymous.get(frame[1] + "x").status_code == 404


def test_the_source_can_be_read_without_running_it(
    desk: Desk, agent: Browser, clock: FakeClock
) -> None:
    raw = b"Subject: x\r\n\r\n<script>alert(1)</script>\x1b[31m\xff\r\n"
    mail_id = quarantine_mail(desk, clock, raw_sha256=desk.blobs.put(raw))
    page = agent.get(f"/desk/mail/{mail_id}/read-source").text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;\\x1b[31m\\xff" in page


def test_every_mail_is_found_by_its_words_and_says_where_it_is(
    desk: Desk, agent: Browser, clock: FakeClock
) -> None:
    quarantine_mail(desk, clock, subject="A 100% discount")
    quarantine_mail(
        desk, clock, subject="Something else", state="set_aside", reason="The same came before."
    )
    page = agent.get("/desk/mail/all?search=100%25+EVE").text
    assert "A 100% discount" in page
    assert "Something else" not in page
    assert "The same came before." in agent.get("/desk/mail/all?state=set_aside").text
    assert "No mail like that" in agent.get("/desk/mail/all?search=nothing").text
    assert desk.ticket.number in agent.get("/desk/mail/all?state=filed").text


def test_the_reasons_name_what_won_and_what_was_refused(
    desk: Desk, agent: Browser, clock: FakeClock
) -> None:
    weighed = [
        {"kind": "message_id", "value": "m1@x", "ticket_number": desk.ticket.number,
         "held": True, "why": "The mail answers a mail of this ticket."},
        {"kind": "number", "value": desk.other.number, "ticket_number": desk.other.number,
         "held": False, "why": "Refused: its sender is not on it."},
    ]  # fmt: skip
    mail_id = quarantine_mail(desk, clock, state="filed", ticket_id=desk.ticket.id, decision={
        "outcome": "join", "rule": "message_id", "level": "V0", "weighed": weighed,
        "why": "The mail answers a mail of this ticket.", "released_by": "Ada Lindgren",
        "released_at": "2026-11-23T09:00:00+00:00", "held_for": DMARC,
    })  # fmt: skip
    text = " ".join(re.sub(r"<[^>]+>", " ", agent.get(f"/desk/mail/{mail_id}").text).split())
    assert f"{desk.ticket.number} decided" in text
    assert f"{desk.other.number} refused" in text
    assert "Its sender is not on it" in text
    assert "Released by Ada Lindgren" in text
    assert "Sender not proven" in text


def test_a_mail_whose_ticket_is_gone_says_so_and_has_no_source(
    desk: Desk, agent: Browser, clock: FakeClock
) -> None:
    wiped = {"subject": "", "from_address": "", "decision": {}, "raw_sha256": "", "reason": GONE}
    mail_id = quarantine_mail(desk, clock, state="filed", **wiped)
    assert agent.get("/desk/mail/all").status_code == 200
    assert GONE in agent.get(f"/desk/mail/{mail_id}").text
    assert agent.get(f"/desk/mail/{mail_id}/source").status_code == 404

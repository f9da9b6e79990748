"""The mail pages: why a mail is held, what it says, and what a click does about it."""

from __future__ import annotations

import re
from typing import Any

from sqlalchemy import delete, func, select

from helpdesk.models import InboundMail, ParseReport, TrustedSender
from mailgate.filing.asked_reports import make_asked_reports
from mailgate.spool.envelope import Envelope
from mailgate.spool.spool import Spool
from tests.support.clock import FakeClock
from tests.web.conftest import Browser, Desk

DMARC = "It fails the check of its sender, and mail.example asks that such mail not be taken."
READING = {
    "from_name": "Eve <b>Mallory</b>",
    "reply_to": [],
    "to": [{"name": "", "address": "support@shop.example"}],
    "cc": [],
    "text": "Please pay at https://pay.example/now <script>alert(1)</script>",
    "html": '<p>Please <img src="https://spy.example/x.gif"> pay</p>',
    "files": [{"filename": "bill.pdf", "content_type": "application/pdf", "size": 2048}],
}


def test_held_mail_is_listed_with_its_reason(desk: Desk, agent: Browser, clock: FakeClock) -> None:
    assert "Nothing is held" in agent.get("/desk/mail").text
    _held(desk, clock)
    text = agent.get("/desk/mail").text
    assert DMARC in text
    assert "Hi &lt;b&gt;" in text
    assert re.search(r"held: </span>1<", text), "the count stands beside Mail on every page"


def test_a_held_mail_is_shown_safely_with_what_its_reason_means(
    desk: Desk, agent: Browser, anonymous: Browser, clock: FakeClock
) -> None:
    mail_id = _held(desk, clock, reading=READING, decision={
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
    mail_id = _held(desk, clock, raw_sha256=desk.blobs.put(raw))
    page = agent.get(f"/desk/mail/{mail_id}/read-source").text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;\\x1b[31m\\xff" in page


def test_chosen_mails_are_released_deleted_and_taken_back(
    desk: Desk, agent: Browser, clock: FakeClock
) -> None:
    first, second, third = (_held(desk, clock) for _ in range(3))
    _decide(agent, "release", first)
    assert _state(desk, first) == "waiting"
    assert "1 released mail is being filed" in agent.get("/desk/mail").text

    answer = _decide(agent, "discard", first, second, third)
    assert [_state(desk, one) for one in (first, second, third)] == [
        "waiting", "set_aside", "set_aside",
    ]  # fmt: skip
    page = agent.get(answer.location).text
    assert "Deleted 2 mails" in page
    assert "Someone else decided about 1 more meanwhile" in page
    offered = [int(one) for one in re.findall(r'type="hidden" name="mail" value="(\d+)"', page)]
    assert offered == [second, third]
    _decide(agent, "hold", *offered)
    assert [_state(desk, one) for one in offered] == ["held", "held"]

    _decide(agent, "release")
    assert "Choose the mails first" in agent.get("/desk/mail").text


def test_release_and_always_accept_leaves_a_rule_that_can_be_removed(
    desk: Desk, agent: Browser, clock: FakeClock
) -> None:
    mail_id = _held(desk, clock)
    _decide(agent, "trust", mail_id)
    assert _state(desk, mail_id) == "waiting"
    page = agent.get("/desk/mail/trusted").text
    assert "eve@mail.example" in page
    assert "Added by Bo Okafor" in page
    rule = re.search(r'name="rule" value="(\d+)"', page)
    assert rule
    agent.post("/desk/mail/trusted/remove", "/desk/mail/trusted", rule=rule[1])
    with desk.database.reading() as session:
        assert session.scalars(select(TrustedSender)).all() == []


def test_a_rule_for_no_address_is_refused_beside_its_field(agent: Browser) -> None:
    for typed in ("ann", "@", "a b@mail.example", ""):
        answer = agent.post("/desk/mail/trusted/add", "/desk/mail/trusted", address=typed)
        assert answer.status_code == 422
        assert 'id="address-problem"' in answer.text
        assert f'value="{typed}"' in answer.text
    agent.post("/desk/mail/trusted/add", "/desk/mail/trusted", address="@Mail.Example")
    assert "@mail.example" in agent.get("/desk/mail/trusted").text


def test_every_mail_is_found_by_its_words_and_says_where_it_is(
    desk: Desk, agent: Browser, clock: FakeClock
) -> None:
    _held(desk, clock, subject="A 100% discount")
    _held(desk, clock, subject="Something else", state="set_aside", reason="The same came before.")
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
    mail_id = _held(desk, clock, state="filed", ticket_id=desk.ticket.id, decision={
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


def _decide(agent: Browser, verb: str, *mail_ids: int) -> Any:
    return agent.post("/desk/mail/decide", "/desk/mail", verb=verb, mail=list(mail_ids))


def _state(desk: Desk, mail_id: int) -> str:
    with desk.database.reading() as session:
        return session.get_one(InboundMail, mail_id).state


def _held(desk: Desk, clock: FakeClock, **changed: Any) -> int:
    with desk.database.transaction() as session:
        name = f"spooled-{session.scalar(select(func.count()).select_from(InboundMail))}"
        values: dict[str, Any] = {
            "spool_name": name, "state": "held", "reason": DMARC, "raw_sha256": "0" * 64,
            "size": 1, "same_key": name, "received_at": clock.now, "decided_at": clock.now,
            "subject": "Hi <b>", "from_address": "eve@mail.example", **changed,
        }  # fmt: skip
        mail = InboundMail(**values)
        session.add(mail)
        session.flush()
        return mail.id


def test_the_ledger_shows_what_is_missing_in_red(
    desk: Desk, agent: Browser, clock: FakeClock
) -> None:
    spool = Spool(desk.settings.spool_dir, clock=lambda: clock.now.timestamp())
    writer = spool.begin(Envelope("ann@mail.example", ("support@shop.example",)))
    writer.write(b"Subject: x\r\n\r\nx\r\n")
    name = writer.commit()
    # The desk's own mail was never accepted by a door: it makes up for the one in the spool.
    assert "Every accepted mail is accounted for" not in agent.get("/desk/mail/ledger").text
    with desk.database.transaction() as session:
        session.execute(delete(ParseReport))
        session.execute(delete(InboundMail))
    page = agent.get("/desk/mail/ledger").text
    assert "Every accepted mail is accounted for" in page
    assert 'class="bar-waiting"' in page
    spool.path(name).unlink()
    page = agent.get("/desk/mail/ledger").text
    assert "1 accepted mail is nowhere to be found" in page
    assert 'class="bar-missing"' in page
    assert '<tr class="wrong">' in page


def test_a_spool_that_cannot_be_read_is_said(desk: Desk, agent: Browser) -> None:
    desk.settings.spool_dir.parent.mkdir(parents=True, exist_ok=True)
    desk.settings.spool_dir.write_text("a file where the folder belongs")
    assert "cannot be read" in agent.get("/desk/mail/ledger?hours=47").text


def test_a_mail_is_moved_from_its_page_and_back(
    desk: Desk, agent: Browser, clock: FakeClock
) -> None:
    page = f"/desk/mail/{_filed_id(desk)}"
    wrong = agent.post(f"{page}/move", page, to="TKT<b>")
    assert wrong.status_code == 422
    assert 'value="TKT&lt;b&gt;"' in wrong.text
    assert 'id="to-problem"' in wrong.text
    assert agent.post(f"{page}/move-back", page).status_code == 409

    agent.post(f"{page}/move", page, to=desk.other.number)
    moved = agent.get(page).text
    assert f"from {desk.ticket.number} to {desk.other.number} by Bo Okafor" in moved
    assert "Where is my parcel?" in agent.get(f"/desk/t/{desk.other.number}").text
    agent.post(f"{page}/move-back", page)
    assert "and back again by Bo Okafor" in agent.get(page).text
    assert "Where is my parcel?" in agent.get(f"/desk/t/{desk.ticket.number}").text


def _filed_id(desk: Desk) -> int:
    with desk.database.reading() as session:
        return session.scalars(select(InboundMail.id).where(InboundMail.state == "filed")).one()


def test_a_bad_parse_is_reported_with_one_click(
    desk: Desk, agent: Browser, clock: FakeClock
) -> None:
    raw = b"From: Eve <eve@mail.example>\r\nSubject: My secret\r\n\r\nA very private letter.\r\n"
    page = f"/desk/mail/{_held(desk, clock, raw_sha256=desk.blobs.put(raw))}"
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

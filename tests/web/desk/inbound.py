"""Mails that came in, for the tests of the pages that show and decide them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, select

from helpdesk.models import InboundMail
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


def decide(agent: Browser, verb: str, *mail_ids: int) -> Any:
    return agent.post("/desk/mail/decide", "/desk/mail", verb=verb, mail=list(mail_ids))


def state_of(desk: Desk, mail_id: int) -> str:
    with desk.database.reading() as session:
        return session.get_one(InboundMail, mail_id).state


def quarantine_mail(desk: Desk, clock: FakeClock, **changed: Any) -> int:
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


def filed_id(desk: Desk) -> int:
    with desk.database.reading() as session:
        return session.scalars(select(InboundMail.id).where(InboundMail.state == "filed")).one()

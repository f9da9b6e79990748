"""What was sent by the account itself comes back into it: bounces, and the copies of sent mail."""

from __future__ import annotations

import pytest
from sqlalchemy import select, update

from helpdesk.actions.reply import Answer, reply
from helpdesk.blobs import Blobs
from helpdesk.mail_out.claims import read_mails
from helpdesk.models import OutboundMail, Ticket
from jobs.compose import compose_mail
from tests.mailgate.fetch.fetching import Fetching, letter
from tests.mailgate.filing.mails import NOW, SUPPORT

pytestmark = pytest.mark.databases("sqlite")

REPORT = """From: Mail Delivery System <mailer-daemon@hoster.example>
To: {to}
Subject: Undelivered Mail Returned to Sender
Message-ID: <{number}@hoster.example>
Date: Mon, 30 Nov 2026 10:05:00 +0000
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

The mail could not be delivered.

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; hoster.example

Final-Recipient: rfc822; ann@mail.example
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 no such user

--b
Content-Type: {enclosed_type}

{enclosed}
--b--
"""


@pytest.fixture
def sent(fetching: Fetching) -> bytes:
    """An answer that left by the account, as it left."""
    fetching.set()
    fetching.put(letter(1))
    fetching.fetch()
    fetching.file_all()
    with fetching.database.transaction() as session:
        ticket = session.scalars(select(Ticket)).one()
        reply(session, fetching.shop.agent, ticket.id, Answer("Try a new seal."), now=NOW)
        session.execute(update(OutboundMail).values(state="sent"))
        session.flush()
        answered = select(OutboundMail.id).where(OutboundMail.comment_id.is_not(None))
        mails = read_mails(session, [session.scalars(answered).one()])
    blobs = Blobs(fetching.settings.blob_url)
    return compose_mail(mails[0], fetching.settings, blobs).content


@pytest.mark.parametrize("encloses", ["all of it", "its header", "its header without our mark"])
def test_a_bounce_to_the_mailbox_itself_finds_its_mail(
    fetching: Fetching, sent: bytes, encloses: str
) -> None:
    head = sent.partition(b"\r\n\r\n")[0].decode()
    if encloses.endswith("mark"):
        head = "\n".join(line for line in head.splitlines() if not line.startswith("X-Postdesk"))
    whole = encloses == "all of it"
    report = REPORT.format(
        to=SUPPORT,
        number=2,
        enclosed_type="message/rfc822" if whole else "text/rfc822-headers",
        enclosed=sent.decode() if whole else head,
    )
    fetching.put("\r\n".join(report.splitlines()).encode())
    assert fetching.fetch() == 1
    filed = fetching.file_all()[-1]
    assert (filed.state, filed.kind) == ("filed", "bounce")
    with fetching.database.reading() as session:
        ticket = session.scalars(select(Ticket)).one()
        assert filed.ticket_id == ticket.id
        answered = select(OutboundMail).where(OutboundMail.comment_id.is_not(None))
        states = {one.template: one.state for one in session.scalars(answered)}
        assert states["comment_added_customer"] == "bounced"


def test_a_copy_of_what_was_sent_becomes_no_ticket(fetching: Fetching, sent: bytes) -> None:
    fetching.put(sent, seen=True)
    assert fetching.fetch() == 1, "the folder that is fetched is that of the copies"
    filed = fetching.file_all()[-1]
    assert (filed.state, filed.reason) == ("set_aside", "A mail of ours came back to us.")
    with fetching.database.reading() as session:
        assert len(session.scalars(select(Ticket)).all()) == 1

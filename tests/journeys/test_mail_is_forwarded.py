"""Mail that comes by a forwarder: who wrote it is answered, and nothing goes round in circles."""

from __future__ import annotations

import smtplib
from email.message import EmailMessage
from email.utils import make_msgid

from tests.support.servers import wait_until
from tests.support.story import AGENT, SUPPORT, Shop

HIDDEN = "in@in.shop.example"


def forwarded(shop: Shop, mail: EmailMessage, sender: str) -> None:
    """What a forwarder sends on: to the hidden address, with an envelope of its own."""
    with smtplib.SMTP("127.0.0.1", shop.postdesk.smtp_port, timeout=10) as client:
        client.send_message(mail, from_addr=sender, to_addrs=[HIDDEN])


def written(subject: str, *, to: str = SUPPORT, **fields: str) -> EmailMessage:
    mail = EmailMessage()
    for name, value in fields.items():
        mail[name.replace("_", "-")] = value
    mail["From"], mail["To"], mail["Subject"] = "Fay <fay@mail.example>", to, subject
    mail["Message-ID"] = make_msgid(domain="mail.example")
    mail.set_content(f"{subject}.\n")
    return mail


def test_who_wrote_is_answered_whatever_stands_in_the_envelope(shop: Shop) -> None:
    shop.postdesk.command("mailbox", "set", SUPPORT, "--receives", HIDDEN)
    fay = shop.customer("fay@mail.example", "Fay")
    first = written("The plug is loose", Delivered_To=HIDDEN, Resent_From=SUPPORT)
    forwarded(shop, first, "SRS0=HHH=TT=mail.example=fay@shop.example")
    ticket = shop.ticket_of(first)
    acknowledgement = fay.receives(ticket.number)

    token = shop.postdesk.command("token", "issue", AGENT).strip()
    path = f"tickets/{ticket.number}/comment/"
    shop.postdesk.api(path, token, comment="Turn the screw.")
    answer = fay.receives("Turn the screw.")
    assert str(answer["From"]).endswith(f"<{SUPPORT}>")

    # Its reply address stands only where the forwarder wrote it.
    reply_to = str(answer["Reply-To"])
    by_google = written("It holds", to="undisclosed-recipients:;", X_Forwarded_To=HIDDEN,
                        X_Forwarded_For=f"{reply_to} {HIDDEN}")  # fmt: skip
    forwarded(shop, by_google, "support+caf_=in=in.shop.example@shop.example")
    assert shop.ticket_of(by_google).id == ticket.id

    # A mail of ours that a rule sends back to us begins nothing.
    del acknowledgement["To"]
    acknowledgement["To"] = HIDDEN
    before = shop.postdesk.ledger()
    forwarded(shop, acknowledgement, "fay@mail.example")
    forwarded(shop, first, "fay@mail.example")  # the same by another way

    def counted() -> bool:
        return bool(shop.postdesk.ledger()["set_aside"] == before["set_aside"] + 2)

    wait_until("both are set aside", counted)
    after = shop.postdesk.ledger()
    assert (after["filed"], after["held"], after["difference"]) == (before["filed"], 0, 0)
    assert len(fay.inbox) == 2

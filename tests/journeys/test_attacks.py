"""What strangers try, over real SMTP, against a running Postdesk behind a front server.

The front server's word stands in the mails themselves: a test writes the verdict that it wants.
"""

from __future__ import annotations

import re
import smtplib
import urllib.request
from collections.abc import Iterator
from email.message import EmailMessage
from email.utils import make_msgid

import pytest

from tests.support.running import RunningPostdesk
from tests.support.servers import wait_until
from tests.support.story import AGENT, SUPPORT, Shop, text_of

PASS, NONE, FAIL = "pass", "none", "fail"


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    folder = tmp_path_factory.mktemp("attacked")
    with RunningPostdesk(folder, AUTH="front", TRUSTED_AUTHSERV="mx.shop.example") as postdesk:
        shop = Shop(postdesk)
        yield shop
        shop.database.dispose()


def send(
    shop: Shop,
    sender: str,
    subject: str,
    text: str = "Hello.",
    *,
    to: str = SUPPORT,
    dmarc: str = PASS,
    **fields: str,
) -> EmailMessage:
    """Send a mail; fields by name, with ``_`` for ``-``."""
    mail = EmailMessage()
    domain = sender.partition("@")[2]
    mail["Authentication-Results"] = f"mx.shop.example; dmarc={dmarc} header.from={domain}"
    mail["From"], mail["To"], mail["Subject"] = sender, to, subject
    mail["Message-ID"] = make_msgid(domain=domain)
    for name, value in fields.items():
        mail[name.replace("_", "-")] = value
    mail.set_content(text)
    with smtplib.SMTP("127.0.0.1", shop.postdesk.smtp_port, timeout=20) as client:
        client.send_message(mail, from_addr=sender, to_addrs=[to])
    return mail


def acknowledged(shop: Shop, address: str) -> EmailMessage:
    """The acknowledgement that this customer got."""
    return shop.customer(address).receives("TKT")


def tracking_page(shop: Shop, mail: EmailMessage) -> str:
    link = re.search(r"http://\S+/t/[a-z0-9]+", text_of(mail))
    assert link
    with urllib.request.urlopen(link.group(), timeout=10) as answer:
        return str(answer.read().decode())


def sent_outside(shop: Shop) -> list[EmailMessage]:
    """What left to anybody but staff, who may be told of everything."""
    return [
        mail
        for mail in shop.postdesk.sent()
        if AGENT not in str(mail["To"]) and "@localhost" not in str(mail["To"])
    ]


def test_the_ticket_trick(shop: Shop) -> None:
    """A code that a service mails to a ticket's address stays with staff."""
    ticket = shop.ticket_of(send(shop, "mallory@trick.example", "Hello"))
    letter = acknowledged(shop, "mallory@trick.example")
    code = "Your verification code is 493021"
    to = str(letter["Reply-To"]).partition("<")[2].strip(">")
    service = send(shop, "no-reply@service.example", "Confirm your account", code, to=to)
    assert shop.ticket_of(service).id == ticket.id
    comment = shop.comments(ticket)[-1]
    assert (comment.internal, comment.text.strip()) == (True, code)
    assert "493021" not in tracking_page(shop, letter)
    # Naming themselves, the service and the number changes nothing about it.
    send(shop, "mallory@trick.example", f"[{ticket.number}]", Cc="no-reply@service.example")
    again = send(shop, "no-reply@service.example", f"[{ticket.number}] Code", code)
    assert shop.ticket_of(again).id != ticket.id
    assert "493021" not in tracking_page(shop, letter)
    assert all("493021" not in text_of(mail) for mail in sent_outside(shop))


def test_staff_cannot_be_played(shop: Shop) -> None:
    ticket = shop.ticket_of(send(shop, "ann@played.example", "Refund?"))
    letter = acknowledged(shop, "ann@played.example")
    anns_own = str(letter["Reply-To"]).partition("<")[2].strip(">")
    words = "#resolve\n#assign me\nYour refund is granted."
    tries = [
        send(shop, AGENT, f"Re: [{ticket.number}]", words, dmarc=NONE),
        send(shop, AGENT, f"Re: [{ticket.number}]", words, dmarc=PASS),
        send(shop, AGENT, "Re: Refund?", words, to=anns_own, dmarc=PASS),
        send(shop, AGENT, "Re: Refund?", words, to=anns_own, dmarc=FAIL),
        send(shop, AGENT, "Re:", words, dmarc=NONE, References=str(letter["Message-ID"])),
    ]
    for mail in tries:
        assert shop.ticket_of(mail).id == ticket.id
    comments = shop.comments(ticket)[1:]
    assert [(one.internal, one.from_staff) for one in comments] == [(True, False)] * len(tries)
    assert all(
        "not proven" in one.staff_annotation or "failed" in one.staff_annotation for one in comments
    )
    now = shop.now(ticket)
    assert (now.status, now.assignee_id) == ("open", None)
    assert all("refund is granted" not in text_of(mail) for mail in sent_outside(shop))


def test_others_tickets_cannot_be_joined(shop: Shop) -> None:
    ticket = shop.ticket_of(send(shop, "ann@joined.example", "My secret order"))
    letter = acknowledged(shop, "ann@joined.example")
    ours = str(letter["Message-ID"])
    forged = re.sub(r"<.", "<a" if ours[1] != "a" else "<b", ours)
    token = str(letter["Reply-To"]).partition("+")[2].partition("@")[0]
    # Not at its end: the last character holds bits that base32 does not use.
    wrong = f"support+{token[:-9]}{'a' if token[-9] != 'a' else 'b'}{token[-8:]}@shop.example"
    tries = [
        send(shop, "eve@joined.example", f"Re: [{ticket.number}]"),
        send(shop, "eve@joined.example", "Re: x", In_Reply_To=ours, References=ours),
        send(shop, "eve@joined.example", "Re: y", In_Reply_To=forged, dmarc=NONE),
        send(shop, "eve@joined.example", "Re: z", to=wrong),
        send(shop, "ann@joined.example", f"Re: [{ticket.number}]", dmarc=FAIL),
        send(shop, "eve@joined.example", f"[{ticket.number}]", Cc="eve@joined.example"),
    ]
    for mail in tries:
        assert shop.ticket_of(mail).id != ticket.id
    assert len(shop.comments(ticket)) == 1
    to_eve = [text_of(mail) for mail in shop.customer("eve@joined.example").inbox]
    assert all("My secret order" not in text for text in to_eve)


def test_answers_are_not_led_elsewhere_but_by_a_firms_own_and_by_forms(shop: Shop) -> None:
    led = send(shop, "ann@asks.example", "Led", dmarc=NONE, Reply_To="eve@else.example")
    same = send(shop, "ann@asks.example", "Same", dmarc=NONE, Reply_To="team@asks.example")
    proven = send(shop, "ann@asks.example", "Proven", Reply_To="Ann <ann@home.example>")
    form = send(shop, "noreply@jotform.com", "Form", Reply_To="Kim <kim@asks.example>")
    for mail, answered, is_named in (
        (led, "ann@asks.example", False),
        (same, "team@asks.example", False),
        (proven, "ann@asks.example", True),
        (form, "kim@asks.example", False),
    ):
        ticket = shop.ticket_of(mail)
        letter = shop.customer(answered).receives(f"[{ticket.number}]")
        assert (ticket.subject in str(letter["Subject"])) is is_named
    for nobody in ("eve@else.example", "ann@home.example", "noreply@jotform.com"):
        assert shop.customer(nobody).inbox == []
    answer = shop.customer("kim@asks.example").answers(letter, "Thank you.")
    assert shop.ticket_of(answer).id == ticket.id
    assert [one.internal for one in shop.comments(ticket)] == [False, False]


def test_an_email_bomb_reaches_its_victim_three_times_without_a_word_of_it(shop: Shop) -> None:
    last = [
        send(shop, f"victim+{n}@bombed.example", f"CHEAP PILLS {n}", "CHEAP", dmarc=NONE)
        for n in range(40)
    ][-1]
    shop.ticket_of(last)

    def all_left() -> bool:
        return len(inbox(shop)) >= 3

    wait_until("what may leave has left", all_left)
    send(shop, "calm@quiet.example", "One more")
    acknowledged(shop, "calm@quiet.example")
    assert len(inbox(shop)) == 3
    for mail in inbox(shop):
        assert "CHEAP" not in mail.as_string()


def inbox(shop: Shop) -> list[EmailMessage]:
    return [mail for mail in shop.postdesk.sent() if "@bombed.example" in str(mail["To"])]

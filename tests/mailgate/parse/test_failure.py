"""What shows that a mail came back, and people who write of parcels that did."""

from __future__ import annotations

import pytest

from mailgate.parse import read_mail
from mailgate.parse.isolated import Reader
from mailgate.parse.mail import ParsedMail
from tests.mailgate.parse.build import multipart, part, text

OURS = b"From: us@shop.example\nTo: kit@y.example\nMessage-ID: <sent@shop.example>\n\nhello"


def _mail(sender: str, subject: str, body: str, *fields: str) -> ParsedMail:
    head = [
        f"From: {sender}",
        "To: us@shop.example",
        f"Subject: {subject}",
        "Message-ID: <m@y.example>",
        "Date: Mon, 12 Oct 2026 10:00:00 +0000",
        "Content-Type: text/plain; charset=utf-8",
        *fields,
    ]
    return read_mail("\n".join([*head, "", body]).encode())


def _with_parts(sender: bytes, subject: bytes, said: bytes, enclosed: bytes) -> ParsedMail:
    head = b"From: " + sender + b"\nTo: us@shop.example\nSubject: " + subject + b"\n"
    head += b"Message-ID: <m@y.example>\nDate: Mon, 12 Oct 2026 10:00:00 +0000\n"
    return read_mail(head + multipart(text(said), part(enclosed, b"Content-Type: message/rfc822")))


_PEOPLE = [
    "Ann Example <ann@example.org>",
    "System Haus <system@haus.example>",
    "Ann <administrator@school.example>",
    "admin@school.example",
    "Ann <mailadmin@school.example>",
    "noreply@ann.example",
    "Ann, Postmaster <postmaster@club.example>",
    "postmaster@club.example",
    "bounce@trampoline.example",
    "mailgate@door.example",
]


@pytest.mark.parametrize("sender", _PEOPLE)
@pytest.mark.parametrize(
    ("subject", "body"),
    [
        ("Delivery failed", "My parcel could not be delivered. It cost 499 Euro."),
        ("Undeliverable: my parcel", "It was returned to sender: 550 Main Street."),
        ("Zustellung fehlgeschlagen", "Das Paket konnte nicht zugestellt werden, 512 Euro."),
        ("Returned mail: my letter", "user unknown, says the carrier. 485 cents."),
        ("Failure notice", "The display says error 550. The message could not be delivered."),
        ("Non remis : mon colis", "Mon colis n'a pas pu être remis. 459 euros."),
        ("No se puede entregar: mi paquete", "No se ha podido entregar. 459 euros."),
        ("Mail delivery", "our mails come back: 550 user unknown. Is it ann@club.example?"),
        ("Delivery Status Notification (Failure)", "What does this mean? 5 were lost."),
    ],
)
def test_people_whose_parcels_came_back(sender: str, subject: str, body: str) -> None:
    assert _mail(sender, subject, f"Hello,\n{body}\nAnn").kind == "message"


@pytest.mark.parametrize("sender", _PEOPLE[:4])
def test_somebody_who_pastes_a_bounce_asks_about_it(sender: str) -> None:
    body = (
        "Hello,\nI got this:\n\n<sales@shop.example>: host mx said: 550 5.1.1 user unknown\n"
        "Your message could not be delivered.\n\nWhat is your right address?"
    )
    assert _mail(sender, "Mail delivery failed: returning message", body).kind == "message"
    assert _mail(sender, "Fwd: Undelivered Mail Returned to Sender", body).kind == "message"


@pytest.mark.parametrize(
    ("sender", "subject", "said"),
    [
        (b"NAVGW@gw.y.example", b"Delivery failure", b"could not be delivered to kit@y.example"),
        (b"MDaemon@y.example", b"Permanent Delivery Failure", b"The message was not delivered to"),
        (b"WebShield@y.example", b"Undeliverable mail", b"No such user here: kit@y.example"),
        (b'"Symantec Gateway" <av@y.example>', b"Undeliverable: x", b"has been rejected by us"),
    ],
)
def test_gateways_are_known_by_the_mail_they_give_back(
    sender: bytes, subject: bytes, said: bytes
) -> None:
    said += b"\nIt was undeliverable: message was rejected."
    mail = _with_parts(sender, subject, said, OURS)
    assert mail.kind == "bounce"
    assert mail.bounce is not None
    assert mail.bounce.original_message_id == "sent@shop.example"


@pytest.mark.parametrize(
    "sender",
    [
        "WebShield <WebShield@gw.y.example>",
        "MDaemon@y.example",
        '"Norton AntiVirus Gateway" <nav@y.example>',
        "Symantec_AntiVirus_for_SMTP_Gateways@y.example",
    ],
)
@pytest.mark.parametrize(
    "said",
    [
        "could not be delivered:\n\n  kit@y.example\n\nbecause of its filter.",
        "was rejected by the server: 550 5.1.1 <kit@y.example>... User unknown",
    ],
)
def test_gateways_that_enclose_nothing(sender: str, said: str) -> None:
    mail = _mail(sender, "Undeliverable Mail", f"Your message {said}")
    assert mail.kind == "bounce"
    assert mail.bounce is not None
    assert [r.address for r in mail.bounce.recipients] == ["kit@y.example"]


def test_an_office_that_repeats_an_answer_in_smtp() -> None:
    said = "Your message could not be delivered.\n550 5.1.1 <kit@y.example>: unknown"
    assert _mail("system@y.example", "Delivery failed", said).kind == "bounce"
    asked = f"{said}\nWhat is your right address?"
    for sender in ("system@y.example", "Ann <postmaster@y.example>"):
        assert _mail(sender, "Delivery failed", asked).kind == "message"


def test_somebody_who_encloses_our_mail_had_it_from_us() -> None:
    ours = OURS.replace(b"kit@y.example", b"ann@example.org")
    said = b"My parcel could not be delivered, see your mail."
    assert _with_parts(b"ann@example.org", b"Delivery failed", said, ours).kind == "message"


@pytest.mark.parametrize("sender", ["kit@y.example", "postmaster@y.example", "gw@y.example"])
@pytest.mark.parametrize(
    "said",
    [
        "550 5.1.1 no such user",
        "mx.y.example said: 550 <kit@y.example> unknown",
        "MAIL FROM: us@shop.example\nRCPT TO: kit@y.example\n550 no",
        "Original message follows.\n\nReceived: from a\nMessage-ID: <sent@shop.example>\n",
        "Échec de la remise à : kit@y.example\nDelivery has failed: 550 5.1.10 x",
    ],
)
def test_a_null_sender_with_an_answer_in_smtp_or_a_mail(sender: str, said: str) -> None:
    mail = _mail(sender, "Something", f"A server says\n\n{said}", "Return-Path: <>")
    assert mail.kind == "bounce"


def test_a_list_passes_a_daemons_notice_on() -> None:
    mail = _mail(
        "MAILER-DAEMON@y.example",
        "[list] Undelivered Mail Returned to Sender",
        "<kit@y.example>: user unknown",
        "List-Id: <list.z.example>",
        "Return-Path: <list-bounces@z.example>",
        "Precedence: list",
    )
    assert mail.kind == "bounce"


def test_a_sender_of_nothing_is_a_server() -> None:
    assert _mail("<>", "Your mail", "kit@y.example: no such user").kind == "bounce"


def test_an_automatic_answer_may_quote_codes() -> None:
    said = "I am away. Your mail was: 550 5.1.1 what is this?"
    mail = _mail("ann@y.example", "Automatic reply: 550", said, "Return-Path: <>")
    assert mail.kind == "auto_reply"


def test_a_forward_with_the_report_as_a_file_is_a_persons() -> None:
    status = b"Final-Recipient: rfc822; kit@y.example\nAction: failed\nStatus: 5.1.1\n"
    head = b"From: ann@example.org\nTo: us@shop.example\nSubject: Fwd: Undelivered Mail\n"
    body = multipart(text(b"What is this?"), part(status, b"Content-Type: message/delivery-status"))
    assert read_mail(head + body).kind == "message"


def test_the_envelope_says_that_a_server_writes() -> None:
    raw = b"From: postmaster@y.example\nTo: us@shop.example\nSubject: Mail delivery failed\n"
    raw += b"Message-ID: <m@y.example>\n\nkit@y.example: no such user"
    with Reader(fork=True) as reader:
        assert reader.read(raw).mail.kind == "message"
        assert reader.read(raw, null_sender=True).mail.kind == "bounce"

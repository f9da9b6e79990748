"""Attachments that can be read: invitations and attached mails."""

from __future__ import annotations

from collections.abc import Iterator
from email.message import EmailMessage

import pytest

from mailgate.filing.attachment_cards import attachment_cards
from mailgate.parse.isolated import Reader

INVITATION = """BEGIN:VCALENDAR
METHOD:CANCEL
BEGIN:VEVENT
UID:1@example.org
SUMMARY:Look at the boiler
LOCATION:Cellar
DTSTART:20261124T090000Z
DTEND:20261124T093000Z
ORGANIZER;CN=Ann:mailto:ann@example.org
END:VEVENT
END:VCALENDAR
"""


@pytest.fixture(scope="module")
def reader() -> Iterator[Reader]:
    with Reader() as reader:
        yield reader


def test_an_invitation_is_read_into_a_card(reader: Reader) -> None:
    mail = _mail()
    mail.add_attachment(INVITATION, subtype="calendar", filename="invite.ics")

    [card] = attachment_cards(reader, reader.read(mail.as_bytes()).mail)

    assert card is not None
    assert (card["type"], card["kind"], card["summary"]) == (
        "calendar",
        "cancelled",
        "Look at the boiler",
    )
    assert card["start"] == "2026-11-24T09:00:00+00:00"
    assert card["organizer"] == {"name": "Ann", "address": "ann@example.org"}


def test_times_in_a_zone_that_nobody_knows_carry_no_offset(reader: Reader) -> None:
    mail = _mail()
    unknown = INVITATION.replace("DTSTART:20261124T090000Z", "DTSTART;TZID=Shop:20261124T090000")
    mail.add_attachment(unknown, subtype="calendar", filename="invite.ics")

    [card] = attachment_cards(reader, reader.read(mail.as_bytes()).mail)

    assert card is not None
    assert card["start"] == "2026-11-24T09:00:00"


def test_an_attached_mail_is_read_as_a_mail_of_its_own(reader: Reader) -> None:
    inner = _mail("What the shop wrote", "Your parcel is lost.")
    inner.add_attachment(b"x" * 10, maintype="application", subtype="pdf", filename="proof.pdf")
    mail = _mail()
    mail.add_attachment(inner)

    outer = reader.read(mail.as_bytes()).mail
    [card] = attachment_cards(reader, outer)

    assert card is not None
    assert card["subject"] == "What the shop wrote"
    assert "Your parcel is lost." in card["text"]
    assert "Your parcel is lost." not in outer.text
    assert card["attachments"] == [{"filename": "proof.pdf", "size": 10}]


def test_other_attachments_have_no_card_and_keep_their_place(reader: Reader) -> None:
    mail = _mail()
    mail.add_attachment(b"%PDF", maintype="application", subtype="pdf", filename="a.pdf")
    mail.add_attachment(_mail("Inner", "Hello"))

    first, second = attachment_cards(reader, reader.read(mail.as_bytes()).mail)

    assert first is None
    assert second is not None
    assert second["type"] == "mail"


def _mail(subject: str = "Please see", text: str = "See the attachment.") -> EmailMessage:
    mail = EmailMessage()
    mail["From"] = "Ann <ann@example.org>"
    mail["To"] = "support@shop.example"
    mail["Subject"] = subject
    mail.set_content(text)
    return mail

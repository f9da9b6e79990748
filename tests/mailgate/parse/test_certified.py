"""Certified mail is of who wrote the inner one."""

from __future__ import annotations

from mailgate.parse import read_mail
from mailgate.parse.certified import is_provider
from tests.mailgate.parse.build import multipart, part, text

PROVIDER = b"posta-certificata@pec.aruba.it"
OUTER = (
    b'From: "Per conto di: ann@pec.example" <' + PROVIDER + b">\nTo: desk@example.com\n"
    b"Subject: POSTA CERTIFICATA: Reclamo\nMessage-ID: <outer@pec.aruba.it>\nMIME-Version: 1.0\n"
    b"Authentication-Results: mx; dmarc=pass\n"
)
INNER = (
    b"From: Ann <ann@pec.example>\nTo: desk@example.com\nSubject: Reclamo\n"
    b"Message-ID: <inner@pec.example>\nReferences: <first@example.com>\n\nIl bollitore perde.\n"
)


def _parts() -> bytes:
    return multipart(
        text(b"Il messaggio e' stato inviato da ann@pec.example."),
        part(INNER, b'Content-Type: message/rfc822; name="postacert.eml"'),
        part(b"<postacert/>", b'Content-Type: application/xml; name="daticert.xml"'),
    )


def test_the_inner_mail_is_read_and_the_provider_named() -> None:
    mail = read_mail(OUTER + b"X-Trasporto: posta-certificata\n" + _parts())
    assert mail.sender
    assert (mail.sender.address, mail.subject) == ("ann@pec.example", "Reclamo")
    assert mail.reply == "Il bollitore perde."
    assert (mail.message_id, mail.references) == ("inner@pec.example", ("first@example.com",))
    assert mail.certified_by == PROVIDER.decode()
    assert ("authentication-results", "mx; dmarc=pass") in mail.headers
    assert [file.filename for file in mail.attachments] == ["daticert.xml"]
    assert any(PROVIDER.decode() in one for one in mail.defects)


def test_without_the_field_it_is_a_mail_with_a_mail_in_it() -> None:
    mail = read_mail(OUTER + _parts())
    assert mail.sender
    assert mail.sender.address == PROVIDER.decode()
    assert mail.certified_by == ""


def test_receipts_are_a_machine_s() -> None:
    mail = read_mail(OUTER + b"X-Ricevuta: accettazione\n\nIl messaggio e' stato accettato.\n")
    assert mail.kind == "auto_reply"


def test_only_the_address_of_a_known_provider_vouches() -> None:
    assert is_provider("Posta-Certificata@pec.aruba.it")
    assert not is_provider("ann@pec.aruba.it")
    assert not is_provider("posta-certificata@mail.example")

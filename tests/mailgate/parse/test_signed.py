"""Signed and encrypted mail, as it is read."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest

from mailgate.parse import read_mail
from mailgate.parse.signed import ENCRYPTED
from tests.mailgate.parse.build import HEAD, multipart, part, text

SMIME = Path(__file__).parent / "fixtures" / "smime"
SIGNATURE = "application/pkcs7-signature"


def _part(name: str, *fields: bytes) -> bytes:
    content = base64.encodebytes((SMIME / name).read_bytes())
    return part(content, *fields, b"Content-Transfer-Encoding: base64")


OPAQUE = b'Content-Type: application/pkcs7-mime; smime-type=signed-data; name="smime.p7m"'
UNTYPED = b'Content-Type: application/octet-stream; name="smime.p7m"'


@pytest.mark.parametrize("name", ["signed.p7m", "signed-stream.p7m"])
@pytest.mark.parametrize("field", [OPAQUE, UNTYPED])
def test_signed_content_is_the_mail_s_own(name: str, field: bytes) -> None:
    mail = read_mail(HEAD + _part(name, field))
    assert mail.reply == "Grüße aus dem Brief."
    assert [(f.filename, f.content_type) for f in mail.attachments] == [("smime.p7m", SIGNATURE)]
    assert any("signed by Bea Bäcker <bea@example.org>" in one for one in mail.defects)


def test_a_list_s_footer_stands_beside_it() -> None:
    mail = read_mail(HEAD + multipart(_part("signed.p7m", OPAQUE), text(b"_____\nA footer")))
    assert mail.text.startswith("Grüße aus dem Brief.")
    assert "A footer" in mail.text


def test_a_signed_file_stays_a_file() -> None:
    field = b'Content-Type: application/octet-stream; name="contract.pdf.p7m"'
    mail = read_mail(HEAD + multipart(text(b"See the file."), _part("file.p7m", field)))
    assert mail.text == "See the file."
    [file] = mail.attachments
    assert (file.filename, file.content_type) == ("contract.pdf.p7m", "application/octet-stream")


def test_encrypted_mail_says_so() -> None:
    field = b"Content-Type: application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m"
    assert ENCRYPTED in read_mail(HEAD + _part("encrypted.p7m", field)).defects
    parts = (
        part(b"Version: 1", b"Content-Type: application/pgp-encrypted"),
        part(b"-----BEGIN PGP MESSAGE-----", b"Content-Type: application/octet-stream"),
    )
    assert ENCRYPTED in read_mail(HEAD + multipart(*parts, subtype=b"encrypted")).defects
    armour = b"-----BEGIN PGP MESSAGE-----\n\nhQEMA\n-----END PGP MESSAGE-----\n"
    assert ENCRYPTED in read_mail(HEAD + text(armour)).defects


def test_the_armour_of_openpgp_is_no_part_of_the_reply() -> None:
    mail = read_mail(
        HEAD
        + text(
            b"-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA512\n\nPlease cancel it.\n- -- \nAnn\n"
            b"-----BEGIN PGP SIGNATURE-----\n\niQEz\n=abcd\n-----END PGP SIGNATURE-----\n"
        )
    )
    assert mail.reply == "Please cancel it."
    assert mail.signature == "-- \nAnn"


def test_detached_signatures_are_marked_whatever_they_are_called() -> None:
    named = b'Content-Type: application/octet-stream; name="smime.p7s"'
    mail = read_mail(
        HEAD + multipart(text(b"Hello."), _part("detached.p7s", named), subtype=b"signed")
    )
    assert [file.content_type for file in mail.attachments] == [SIGNATURE]

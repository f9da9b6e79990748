"""The tree of parts: an attached mail is a leaf, and a broken tree still has its text."""

from __future__ import annotations

import email

import pytest

from mailgate.parse import read_mail
from mailgate.parse.structure import MimePart
from tests.mailgate.parse.build import HEAD, file, multipart, part, text

INNER = b"From: inner@example.org\nSubject: inner\n\nTEXT OF THE INNER LETTER\n"


@pytest.mark.parametrize(
    "enclosed",
    [
        part(INNER, b"Content-Type: message/rfc822"),
        part(INNER, b"Content-Type: message/rfc822", b"Content-Disposition: attachment"),
        file(INNER, b"message/rfc822"),
    ],
)
def test_an_attached_mail_is_a_file_that_can_be_read(enclosed: bytes) -> None:
    mail = read_mail(HEAD + multipart(text(b"See below."), enclosed))
    assert "INNER LETTER" not in mail.text
    (found,) = mail.attachments
    assert (found.filename, found.content_type) == ("inner.eml", "message/rfc822")
    assert read_mail(found.content).text.strip() == "TEXT OF THE INNER LETTER"


def test_files_inside_an_attached_mail_stay_inside() -> None:
    inner = HEAD + multipart(text(b"inner"), file(b"x", b"application/pdf; name=in.pdf"))
    outer = part(inner, b'Content-Type: message/rfc822; name="outer.eml"')
    mail = read_mail(HEAD + multipart(text(b"outer"), outer, boundary=b"b2"))
    assert [a.filename for a in mail.attachments] == ["outer.eml"]


@pytest.mark.parametrize(
    "raw",
    [
        HEAD + multipart(text(b"cut short"))[:-8],
        HEAD + b"Content-Type: multipart/mixed\n\n--x12\n\ncut short\n--x12--\n",
        HEAD + b"Content-Type: multipart/mixed; boundary*=idna''x\n\ncut short",
        HEAD + b"Content-Type: nonsense\n\ncut short",
        HEAD + b"Content-Type: text/plain; charset=\x00\xff\n\ncut short",
        HEAD + b"Content-Transfer-Encoding: x-odd\n\ncut short",
    ],
)
def test_broken_structure_still_gives_the_text(raw: bytes) -> None:
    assert read_mail(raw).text.strip() == "cut short"


def test_the_private_name_of_the_standard_library_that_we_read() -> None:
    """``Message.get_payload`` would decode it, with losses: see ``MimePart.wire_text``."""
    part = email.message_from_bytes(b"A: b\n\nk\xe4se", _class=MimePart)
    assert part.__dict__["_payload"] == part.wire_text() == "k\udce4se"
    assert list(part.raw_items()) == [("A", "b")]


@pytest.mark.parametrize(
    "raw",
    [
        b"Content-Type: plain/text; charset=utf-8\n\nMy kettle leaks.",
        b"Content-Type: multipart/mixed; boundary=a\n\n--zz\nContent-Type: text/plain\n\n"
        b"My kettle leaks.\n--zz--\n",
        b"Content-Type: multipart/mixed; boundary=a\n\nMy kettle leaks.\n--a\n"
        b"Content-Type: image/png; name=a.png\n\nx\n--a--\n",
        b"Content-Type: multipart/mixed; boundary=a\n\n--a\n"
        b"Content-Type: image/png; name=a.png\n\nx\n--a--\n\nMy kettle leaks.\n",
    ],
)
def test_the_only_text_is_read_wherever_it_stands(raw: bytes) -> None:
    assert read_mail(HEAD + raw).reply == "My kettle leaks."


def test_a_programs_word_on_mime_is_no_text() -> None:
    image = part(b"x", b"Content-Type: image/png; name=a.png")
    body = multipart(image).replace(b"\n\n--", b"\n\nThis is a MIME message.\n--", 1)
    assert read_mail(HEAD + body).text == ""

"""Parts: what is text, what is a file, and that none is dropped."""

from __future__ import annotations

import hashlib

import pytest

from mailgate.parse import read_mail
from tests.mailgate.parse.build import HEAD, PNG, file, html, multipart, part, text

INNER = b"From: inner@example.org\nSubject: inner\n\nTEXT OF THE INNER LETTER\n"


def test_text_beside_a_file() -> None:
    mail = read_mail(
        HEAD + multipart(text(b"See below."), file(b"%PDF-", b"application/pdf; name=a.pdf"))
    )
    assert mail.text.strip() == "See below."
    (found,) = mail.attachments
    assert (found.filename, found.content_type, found.size) == ("a.pdf", "application/pdf", 5)
    assert found.sha256 == hashlib.sha256(b"%PDF-").hexdigest()
    assert found.content == b"%PDF-"


def test_alternatives_give_the_plain_text_and_the_html() -> None:
    both = multipart(text(b"plain"), html(b"<p>rich</p>"), subtype=b"alternative")
    mail = read_mail(HEAD + both)
    assert (mail.text.strip(), mail.html) == ("plain", "<p>rich</p>")


def test_an_empty_plain_alternative_gives_way_to_the_html() -> None:
    both = multipart(text(b" \n"), html(b"<p>rich</p>"), subtype=b"alternative")
    assert read_mail(HEAD + both).text == "rich"


def test_texts_around_a_picture_keep_their_order() -> None:
    mail = read_mail(
        HEAD
        + multipart(
            text(b"First part"),
            file(PNG, b"image/png; name=a.png", b"Content-Disposition: inline"),
            html(b"<b>Second part</b>"),
            text(b"Third part"),
        )
    )
    assert [mail.text.index(w) for w in ("First", "Second", "Third")] == sorted(
        mail.text.index(w) for w in ("First", "Second", "Third")
    )
    assert mail.html is not None
    assert mail.html.index("First part") < mail.html.index("Second part")
    assert [a.filename for a in mail.attachments] == ["a.png"]


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
    ("fields", "name"),
    [
        ((b"application/pdf",), "attachment.pdf"),
        ((b"image/png", b"Content-ID: <img1@example.com>"), "image-1.png"),
        ((b"image/png",), "image-1.png"),
        ((b"application/pkcs7-signature",), "smime.p7s"),
        ((b"application/pgp-signature",), "signature.asc"),
        ((b"application/x; name=../../etc/x",), "../../etc/x"),
        ((b'application/x; name="a\x00\x08b"',), "ab"),
        ((b"application/x; name*=utf-8''a%0D%0Ab.pdf",), "ab.pdf"),
        ((b"application/x; name*=utf-8''a%E2%80%AEfdp.exe",), "afdp.exe"),
        ((b"application/x; name*=utf-8''%D8%9Ca%E2%80%A8b%C2%AD.pdf",), "ab.pdf"),
        ((b"application/x; name=" + b"n" * 300,), "n" * 99 + "…" + "n" * 99),
    ],
)
def test_names(fields: tuple[bytes, ...], name: str) -> None:
    (found,) = read_mail(HEAD + multipart(text(b"x"), file(PNG, *fields))).attachments
    assert found.filename == name


def test_made_names_are_the_same_at_every_reading_and_differ() -> None:
    raw = HEAD + multipart(
        text(b"x"), file(b"1", b"application/pdf"), file(b"2", b"application/pdf")
    )
    names = [[a.filename for a in read_mail(raw).attachments] for _ in range(2)]
    assert names == [["attachment.pdf", "attachment-2.pdf"]] * 2


def test_inline_pictures_keep_their_content_id() -> None:
    picture = file(PNG, b"image/png", b"Content-ID: <p1@x>", b"Content-Disposition: inline")
    mail = read_mail(
        HEAD + multipart(html(b'<p>a <img src="cid:p1@x"></p>'), picture, subtype=b"related")
    )
    assert mail.html == '<p>a <img src="cid:p1@x"></p>'
    assert (mail.attachments[0].content_id, mail.attachments[0].disposition) == ("p1@x", "inline")


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


def test_broken_base64_gives_what_can_be_read() -> None:
    broken = part(b"aGVsbG8=\nIHdvcmxk!\n", b"Content-Transfer-Encoding: base64")
    assert read_mail(HEAD + broken).text.startswith("hello world")


def test_a_file_uuencoded_in_the_text_is_taken_out() -> None:
    raw = HEAD + b"\nHere it is.\nbegin 644 hello.txt\n,:&5L;&\\@=V]R;&0*\n`\nend\nBye.\n"
    mail = read_mail(raw)
    assert mail.text == "Here it is.\n\nBye.\n"
    assert (mail.attachments[0].filename, mail.attachments[0].content) == (
        "hello.txt",
        b"hello world\n",
    )
    assert "begin 644 x" in read_mail(HEAD + b"\nbegin 644 x\nnot closed\n").text


def test_a_file_yencoded_in_the_text_is_taken_out() -> None:
    packed = bytes((b + 42) % 256 for b in b"hello")
    raw = HEAD + b"\nHi\n=ybegin line=128 size=5 name=a.bin\n" + packed + b"\n=yend size=5\n"
    mail = read_mail(raw)
    assert (mail.text.strip(), mail.attachments[0].content) == ("Hi", b"hello")


def test_flowed_text_is_joined() -> None:
    body = b"One long \nparagraph that \ngoes on.\n> quoted \n> too\n-- \nAnn\n"
    raw = HEAD + b"Content-Type: text/plain; format=flowed\n\n" + body
    assert read_mail(raw).text.startswith(
        "One long paragraph that goes on.\n> quoted too\n-- \nAnn"
    )
    delsp = HEAD + b"Content-Type: text/plain; format=flowed; delsp=yes\n\n" + b"ab \ncd\n"
    assert read_mail(delsp).text.strip() == "abcd"

"""Parts: what is text, what is a file, and that none is dropped."""

from __future__ import annotations

import hashlib

import pytest

from mailgate.parse import read_mail
from tests.mailgate.parse.build import HEAD, PNG, file, html, multipart, text


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


def test_inline_pictures_keep_their_content_id() -> None:
    picture = file(PNG, b"image/png", b"Content-ID: <p1@x>", b"Content-Disposition: inline")
    mail = read_mail(
        HEAD + multipart(html(b'<p>a <img src="cid:p1@x"></p>'), picture, subtype=b"related")
    )
    assert mail.html == '<p>a <img src="cid:p1@x"></p>'
    assert (mail.attachments[0].content_id, mail.attachments[0].disposition) == ("p1@x", "inline")


def test_a_mail_that_is_nothing_but_an_attached_text_is_read() -> None:
    named = b"Content-Disposition: attachment; filename=mail.txt\n"
    mail = read_mail(
        HEAD.rstrip(b"\n") + b"\n" + named + b"Content-Type: text/plain\n\nIt broke.\n"
    )
    assert mail.reply == "It broke."
    assert [one.filename for one in mail.attachments] == ["mail.txt"]


@pytest.mark.parametrize("kind", [b"text/markdown", b"text/x-markdown", b"text/unknown"])
def test_text_of_an_unknown_type_is_plain_text(kind: bytes) -> None:
    mail = read_mail(HEAD.rstrip(b"\n") + b"\nContent-Type: " + kind + b"\n\nIt **broke**.\n")
    assert (mail.reply, mail.attachments) == ("It **broke**.", ())


@pytest.mark.parametrize("kind", [b"text/csv", b"text/vcard", b"text/calendar", b"text/rtf"])
def test_text_for_programs_stays_a_file(kind: bytes) -> None:
    mail = read_mail(HEAD.rstrip(b"\n") + b"\nContent-Type: " + kind + b"\n\na,b\n")
    assert [one.content_type for one in mail.attachments] == [kind.decode()]

"""The body of a mail: read back it is what was written, and no line of it hurts a server."""

from __future__ import annotations

from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest

from jobs.mime import FilePart, write_body

HARD = (
    "",
    "one line",
    "ends with a space \nand a tab\t\n",
    ".\n..\nFrom here\n",
    "lone\rreturns\r\nand \x0b\x0c\x00 controls\n",
    "Grüße, 100 € = viel 😀 \u2028 \x85\n" * 30,
    "x" * 5000,
    " " * 300,
)


def read(content: bytes) -> EmailMessage:
    message = message_from_bytes(content, policy=policy.default)
    assert isinstance(message, EmailMessage)
    return message


@pytest.mark.parametrize("text", HARD)
def test_text_and_html_are_read_back_as_they_were(text: str) -> None:
    content = write_body(text, f"<p>{text}</p>", (), "m@shop.example")
    plain, html = (part.get_payload(decode=True) for part in read(content).iter_parts())
    assert plain == b"\r\n".join([*text.encode().splitlines(), b""])
    assert html == b"\r\n".join([*f"<p>{text}</p>".encode().splitlines(), b""])


@pytest.mark.parametrize("text", HARD)
def test_lines_are_short_plain_and_end_in_no_space(text: str) -> None:
    for line in write_body(text, text, (), "m@shop.example").split(b"\r\n"):
        assert len(line) <= 78
        assert not line.endswith((b" ", b"\t"))
        assert not set(line) & {*b"\r\n\0"}
        assert line.isascii()


def test_pictures_stand_beside_the_html_and_files_around_both() -> None:
    picture = FilePart(b"\x89PNG\r\n", ("image", "png"), "Küche.png", "pic@postdesk")
    bill = FilePart(b"one\ntwo\n", ("text", "plain"), "Rechnung März.txt")
    message = read(write_body("hello", "<p>hello", (bill, picture), "m@shop.example"))
    kinds = [part.get_content_type() for part in message.walk()]
    assert kinds == [
        "multipart/mixed",
        "multipart/alternative",
        "text/plain",
        "multipart/related",
        "text/html",
        "image/png",
        "text/plain",
    ]
    inline, attached = list(message.walk())[5:]
    assert (inline["Content-ID"], inline.get_content_disposition()) == ("<pic@postdesk>", "inline")
    assert attached.get_content_disposition() == "attachment"
    assert (inline.get_filename(), attached.get_filename()) == ("Küche.png", "Rechnung März.txt")
    assert (inline.get_payload(decode=True), attached.get_payload(decode=True)) == (
        picture.content,
        bill.content,
    )


def test_the_same_mail_is_the_same_bytes_and_another_has_other_boundaries() -> None:
    first = write_body("a", "b", (), "m@shop.example")
    assert first == write_body("a", "b", (), "m@shop.example")
    assert read(first).get_boundary() != read(write_body("a", "b", (), "n@x")).get_boundary()

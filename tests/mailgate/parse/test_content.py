"""Transfer encodings, however they are broken."""

from __future__ import annotations

from mailgate.parse import read_mail
from tests.mailgate.parse.build import HEAD, part


def test_broken_base64_gives_what_can_be_read() -> None:
    broken = part(b"aGVsbG8=\nIHdvcmxk!\n", b"Content-Transfer-Encoding: base64")
    assert read_mail(HEAD + broken).text.startswith("hello world")


def test_blanks_after_a_soft_break_were_added_on_the_way() -> None:
    quoted = part(b"K=C3=B6ln = \nund =\t\nmehr", b"Content-Transfer-Encoding: quoted-printable")
    assert read_mail(HEAD + quoted).text == "Köln und mehr"


def test_words_that_are_said_to_be_base64_are_words() -> None:
    plain = part(b"Hello, my kettle leaks.\n", b"Content-Transfer-Encoding: base64")
    assert read_mail(HEAD + plain).text == "Hello, my kettle leaks.\n"

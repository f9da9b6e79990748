"""Files inside the text."""

from __future__ import annotations

from mailgate.parse import read_mail
from tests.mailgate.parse.build import HEAD


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

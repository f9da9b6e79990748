"""format=flowed (RFC 3676)."""

from __future__ import annotations

from mailgate.parse import read_mail
from tests.mailgate.parse.build import HEAD


def test_flowed_text_is_joined() -> None:
    body = b"One long \nparagraph that \ngoes on.\n> quoted \n> too\n-- \nAnn\n"
    raw = HEAD + b"Content-Type: text/plain; format=flowed\n\n" + body
    assert read_mail(raw).text.startswith(
        "One long paragraph that goes on.\n> quoted too\n-- \nAnn"
    )
    delsp = HEAD + b"Content-Type: text/plain; format=flowed; delsp=yes\n\n" + b"ab \ncd\n"
    assert read_mail(delsp).text.strip() == "abcd"

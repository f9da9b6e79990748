"""Twenty shapes of mail that made a reader slow, each a function of its size alone."""

from __future__ import annotations

from collections.abc import Callable

HTML = b"MIME-Version: 1.0\r\nContent-Type: text/html; charset=utf-8\r\n\r\n"
_TEXT = b"MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
_FONTS = b"".join(b"<font color=%d>\r\n" % number for number in range(480))
_HEADS = b"On Mon, 23 Nov 2026 at 09:00, Ann <ann@mail.example> wrote:\r\n"


def _nested(depth: int) -> bytes:
    part = b'Content-Type: multipart/mixed; boundary="b%d"\r\n\r\n--b%d\r\n'
    return b"MIME-Version: 1.0\r\n" + b"".join(part % (n, n) for n in range(depth))


def _attached(content: bytes, count: int) -> bytes:
    """A mail that has others attached to it."""
    part = b"--b\r\nContent-Type: message/rfc822\r\n\r\nSubject: x\r\n" + content + b"\r\n"
    head = b"MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
    return head + part * count + b"--b--\r\n"


SHAPES: dict[str, Callable[[], bytes]] = {
    "<div></b>": lambda: HTML + b"<div></b>\r\n" * 36_000,
    "<a": lambda: HTML + (b"<a" * 50 + b"\r\n") * 10_000,
    "lines in quotes": lambda: HTML + b"<blockquote>\r\n" * 1_400 + b"x<br>\r\n" * 20_000,
    "lines in fewer quotes": lambda: HTML + b"<blockquote>\r\n" * 480 + b"x<br>\r\n" * 60_000,
    "reply heads": lambda: _TEXT + _HEADS * 20_000,
    "reply heads in HTML": lambda: HTML + (b"<div>" + _HEADS[:-2] + b"</div>\r\n") * 20_000,
    "quote marks": lambda: HTML + b'<div class="gmail_quote">x</div>\r\n' * 20_000,
    "nested parts": lambda: _nested(90) + b"x\r\n" * 100_000,
    "paragraphs": lambda: HTML + b"<p>x\r\n" * 100_000,
    "attributes": lambda: HTML + b"<a\r\n" + b'b="c"\r\n' * 400_000 + b">x</a>\r\n",
    "less than": lambda: HTML + (b"<" * 900 + b"\r\n") * 4_000,
    "tables in tables": lambda: HTML + b"<table><tr><td>\r\n" * 20_000,
    "entities": lambda: HTML + (b"&#x26;" * 100 + b"\r\n") * 5_000,
    "fonts over paragraphs": lambda: HTML + b"<p>\r\n" + _FONTS + b"<p>x\r\n" * 20_000,
    "spans that do not end": lambda: HTML + b"<span>\r\n" * 490 + b"</i></u>\r\n" * 200_000,
    "links in one line": lambda: HTML + b'<a href="http://a.example/">x</a>\r\n' * 40_000,
    "lists": lambda: HTML + b"<ul>\r\n" * 480 + b"<li>x\r\n" * 60_000,
    "comments": lambda: HTML + b"<!-- <div> --!\r\n" * 100_000,
    "quotes of quotes": lambda: _TEXT + b"> > > > x\r\n" * 400_000,
    "mails in a mail": lambda: _attached(HTML + b"<p>x\r\n" * 60_000, 5),
}

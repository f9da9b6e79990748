"""Mails made to make a reader slow, huge or fall: those that did it to others, and a few of ours.

Each is small enough for the SMTP server to take, and has no line that it would refuse.
"""

from __future__ import annotations

from collections.abc import Callable

SENDER = "bomber@mail.example"
_HEAD = b"From: Bomber <bomber@mail.example>\r\nTo: support@shop.example\r\n"
_HTML = b"MIME-Version: 1.0\r\nContent-Type: text/html; charset=utf-8\r\n"


def _nested(depth: int) -> bytes:
    """Containers in containers: the recursion of Python's own parser ends at a thousand."""
    part = b'Content-Type: multipart/mixed; boundary="b%d"\r\n\r\n--b%d\r\n'
    return b"".join(part % (n, n) for n in range(depth))


def _folded(field: bytes, piece: bytes, times: int) -> bytes:
    """One field of many lines."""
    return field + b": " + b"\r\n ".join([piece] * times) + b"\r\n"


BOMBS: dict[str, Callable[[], bytes]] = {
    "containers in containers": lambda: _nested(50_000),
    "100,000 parts": lambda: (
        b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + b"--b\r\n\r\nx\r\n" * 100_000
    ),
    "a punycode subject": lambda: (
        _folded(b"Subject", b"=?punycode?q?" + b"a-" * 6_000 + b"?=", 40) + b"\r\nx\r\n"
    ),
    "10 million blank lines": lambda: b"\r\n" + b"\r\n" * 10_000_000,
    "quotes in To": lambda: _folded(b"To", b'"' * 900, 36) + b"\r\nx\r\n",
    "encoded words": lambda: _folded(b"Subject", b"=?utf-8?q?a?= " * 60, 1_000) + b"\r\nx\r\n",
    "a charset named zlib": lambda: (
        b"Content-Type: text/plain; charset=zlib\r\n\r\n" + b"x" * 60 + b"\r\n"
    ),
    "nested <div>": lambda: _HTML + b"\r\n" + b"<div>\r\n" * 50_000,
    "400,000 attributes": lambda: _HTML + b"\r\n<a " + b'b="c"\r\n' * 400_000 + b">\r\n",
    "5,000 fields": lambda: b"X-Field: value\r\n" * 5_000 + b"\r\nx\r\n",
    "a field of a megabyte": lambda: _folded(b"X-Field", b"a" * 900, 1_100) + b"\r\nx\r\n",
    "60 Received": lambda: b"Received: from a by b; today\r\n" * 60 + b"\r\nx\r\n",
    "quotes of quotes": lambda: b"\r\n" + b"> > > >\r\n" * 450_000,
    "25 MB of base64": lambda: (
        b"Content-Type: application/x-bomb\r\nContent-Transfer-Encoding: base64\r\n\r\n"
        + (b"QUFB" * 19 + b"\r\n") * 325_000
    ),
}


def bomb(name: str) -> bytes:
    """The raw mail."""
    number = list(BOMBS).index(name)
    return _HEAD + b"Message-ID: <bomb-%d@mail.example>\r\n" % number + BOMBS[name]()

"""Small raw mails for tests."""

from __future__ import annotations

import base64

PNG = base64.b64decode(
    b"iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
)
HEAD = b"From: Ann <ann@example.org>\nTo: desk@example.com\nSubject: parts\nMIME-Version: 1.0\n"


def part(content: bytes, *fields: bytes) -> bytes:
    """A part: its fields, a blank line, its content."""
    return b"\n".join([*fields, b"", content])


def multipart(*parts: bytes, subtype: bytes = b"mixed", boundary: bytes = b"b1") -> bytes:
    """The fields and body of a multipart, without the mail's own header."""
    body = b"".join(b"--" + boundary + b"\n" + one + b"\n" for one in parts)
    kind = b"Content-Type: multipart/" + subtype + b'; boundary="' + boundary + b'"\n\n'
    return kind + body + b"--" + boundary + b"--\n"


def text(content: bytes) -> bytes:
    return part(content, b"Content-Type: text/plain; charset=utf-8")


def html(content: bytes) -> bytes:
    return part(content, b"Content-Type: text/html; charset=utf-8")


def file(content: bytes, kind: bytes, *fields: bytes) -> bytes:
    return part(
        base64.encodebytes(content),
        b"Content-Type: " + kind,
        b"Content-Transfer-Encoding: base64",
        *fields,
    )

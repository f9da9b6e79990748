"""The body of a mail as it goes over the wire: text and HTML, and files beside and around them.

Its frame is written here and not by the email package, which makes an object of each field of each
part and folds it anew: a third of what it took to send a mail. A file's part, with its name in
whatever letters, is still the package's.
"""

from __future__ import annotations

from binascii import b2a_qp
from collections.abc import Sequence
from dataclasses import dataclass
from email.message import MIMEPart
from email.policy import SMTP
from hashlib import sha256
from typing import Any


@dataclass(frozen=True)
class FilePart:
    """A file that goes with a mail."""

    content: bytes
    media_type: tuple[str, str]
    filename: str
    content_id: str = ""
    """Given for what the HTML shows."""

    def written(self) -> bytes:
        """Its fields and its content."""
        part: MIMEPart = MIMEPart(policy=SMTP)
        more: dict[str, Any] = {"cid": f"<{self.content_id}>"} if self.content_id else {}
        part.set_content(
            self.content,
            *self.media_type,
            filename=self.filename,
            disposition="inline" if self.content_id else "attachment",
            **more,
        )
        return part.as_bytes()


def write_body(text: str, html: str, files: Sequence[FilePart], message_id: str) -> bytes:
    """Write the fields that tell of the body, and the body. CRLF throughout.

    :param message_id: of which the boundaries are made: the same mail is the same bytes.
    """
    inline = [file.written() for file in files if file.content_id]
    around = [file.written() for file in files if not file.content_id]
    outer = 1 if around else 0
    shown = _text("html", html)
    if inline:
        shown = _multipart("related", [shown, *inline], _boundary(message_id, outer + 2))
    body = _multipart("alternative", [_text("plain", text), shown], _boundary(message_id, outer))
    if around:
        body = _multipart("mixed", [body, *around], _boundary(message_id, 0))
    return b"MIME-Version: 1.0\r\n" + body


def _text(subtype: str, text: str) -> bytes:
    lines = text.encode().splitlines()
    return (
        f'Content-Type: text/{subtype}; charset="utf-8"\r\n'
        "Content-Transfer-Encoding: quoted-printable\r\n\r\n"
    ).encode() + b2a_qp(b"\r\n".join([*lines, b""]))


def _multipart(subtype: str, parts: list[bytes], boundary: str) -> bytes:
    between = f"\r\n--{boundary}\r\n".encode()
    return b"".join(
        (
            f'Content-Type: multipart/{subtype}; boundary="{boundary}"\r\n\r\n'.encode(),
            between[2:],
            between.join(parts),
            f"\r\n--{boundary}--\r\n".encode(),
        )
    )


def _boundary(message_id: str, number: int) -> str:
    """One that stands in no part: ``=_`` is neither quoted-printable nor base64."""
    return f"=_{sha256(f'{message_id} {number}'.encode()).hexdigest()[:24]}"

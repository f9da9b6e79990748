"""A mail out of a post, and why a post is none."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from io import BytesIO
from typing import BinaryIO

_PIECE = 64 * 1024
ELSEWHERE = (
    "Its header alone was posted, and where it is: mail that a service hands over by reference is "
    "not fetched. Its text says more."
)
TOO_LARGE = "It is larger than mails are taken here: its header alone was kept. Its text says more."


@dataclass
class Post:
    """A mail that a service posted, and proved to have posted."""

    content: BinaryIO
    """The raw mail."""
    recipients: tuple[str, ...] = ()
    """As its server heard them."""
    sender: str | None = None
    """In its envelope; empty for the null sender, None where the service does not say."""
    hold: str = ""
    """Why it is held, where what is here stands for a mail that is elsewhere."""
    token: str = ""
    """What makes the post good for this one mail; empty where the signature covers the mail."""

    def pieces(self) -> Iterator[bytes]:
        """The raw mail from its beginning, in pieces."""
        self.content.seek(0)
        while piece := self.content.read(_PIECE):
            yield piece

    def digest(self) -> str:
        """The SHA-256 of the raw mail."""
        digest = sha256()
        for piece in self.pieces():
            digest.update(piece)
        return digest.hexdigest()


class BadPost(Exception):
    """The post is not taken. The text is for the admin: one sentence, with nothing of the mail."""

    status = 422


class Unproven(BadPost):
    """It does not prove to come from the service."""

    status = 401


class PostTooLarge(BadPost):
    """It is larger than a post may be: nothing of it was read."""

    status = 413


class BrokenPost(BadPost):
    """It comes from the service, and is empty or cut off: the same is to be posted again."""

    status = 503


class SetUpWrong(BadPost):
    """It comes from the service, which posts something else than what is needed: once that is set
    right there, the same mail is to be posted again."""

    status = 503


def stand_in(head: bytes, why: str) -> BinaryIO:
    """A mail in place of one that is elsewhere: its header, and where it is.

    :param head: the fields of its header, as bytes.
    """
    kept = [
        line
        for line in _unfolded(head)
        if not line.lower().startswith((b"content-", b"mime-version:"))
    ]
    text = why.encode() + b"\r\n"
    more = b"MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
    return BytesIO(b"".join(kept) + more + text)


def _unfolded(head: bytes) -> Iterator[bytes]:
    """Each field with its continuation lines, up to the end of the header."""
    field = b""
    for line in head.replace(b"\r\n", b"\n").split(b"\n"):
        if not line:
            break
        if line[:1] in b" \t":
            field += line + b"\r\n"
            continue
        if field:
            yield field
        field = line + b"\r\n"
    if field:
        yield field

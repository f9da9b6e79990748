"""What a comment is made of: its text in parts, and its files."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class StoredFile:
    """A file whose content is in the blob store already."""

    filename: str
    content_type: str
    size: int
    sha256: str
    disposition: str = "attachment"
    content_id: str | None = None
    reading: dict[str, Any] | None = None
    """What was read out of it: see ``models.Attachment.reading``."""


@dataclass(frozen=True)
class Body:
    """The text of a comment in its parts. ``html`` is sanitised already."""

    text: str
    reply: str
    quoted: str = ""
    signature: str = ""
    html: str | None = None

    @property
    def said(self) -> str:
        """What is new in it; all of it where nothing can be told to be."""
        return self.reply or self.text


def plain_body(text: str) -> Body:
    """A body that was typed, so that all of it is new."""
    return Body(text=text, reply=text)

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
    disclaimer: str = ""
    uncut_reply: str = ""
    """The reply with all that was taken off it by a guess; empty where nothing was."""

    @property
    def said(self) -> str:
        """What is new in it; all of it where nothing can be told to be."""
        return self.reply or self.text

    @property
    def told(self) -> str:
        """What a preview and a notice show of it."""
        return told(self.reply, self.text)

    @property
    def searched(self) -> str:
        """What it is found by: all but the mail that it quotes."""
        kept = (self.reply, self.signature, self.disclaimer)
        return "\n".join(filter(None, kept)) if self.reply else self.text


SHORT_REPLY = 25
"""Characters: a reply up to this length may be what a wrong guess left of it."""
_MUCH_LONGER = 8


def told(reply: str, text: str) -> str:
    """Return what a preview or a notice shows of a mail: the reply.

    Where it is empty, or very short next to the rest, the rest is shown too: a guess took it off.
    """
    short = len(reply.strip()) <= SHORT_REPLY and len(text) >= _MUCH_LONGER * len(reply)
    return text if short and text.strip() else reply


def plain_body(text: str) -> Body:
    """A body that was typed, so that all of it is new."""
    return Body(text=text, reply=text)

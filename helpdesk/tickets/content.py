"""What a comment is made of: its text in parts, and its files."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from helpdesk.vocabulary import SIGNATURE_TYPES


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


def rows_of(files: Iterable[StoredFile]) -> list[dict[str, Any]]:
    """Return files as a column keeps them that belong to no comment."""
    return [{name: getattr(file, name) for name in _KEPT} for file in files]


def files_in(rows: Iterable[Mapping[str, Any]]) -> tuple[StoredFile, ...]:
    """Return the files that such a column keeps."""
    return tuple(StoredFile(**{name: row[name] for name in _KEPT}) for row in rows)


def counts_as_file(content_type: str, disposition: str, content_id: str | None) -> bool:
    """Return whether an attachment is a file to who reads the message: no picture that stands
    within its text, nothing that only signs it.
    """
    is_in_text = disposition == "inline" and content_id and content_type.startswith("image/")
    return not is_in_text and content_type not in SIGNATURE_TYPES


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
    def listed(self) -> str:
        """What the queue shows of it, in one line."""
        return listed(self.reply, self.quoted, self.text)

    @property
    def searched(self) -> str:
        """What it is found by: all but the mail that it quotes."""
        kept = (self.reply, self.signature, self.disclaimer)
        return "\n".join(filter(None, kept)) if self.reply else self.text


_KEPT = ("filename", "content_type", "size", "sha256")
_INTRODUCES = (":", "：")
_DELIMITER = re.compile(r"\s*[-_=*]{3,}")
_HEADER_LINE = re.compile(r"\s*[^\s:：][^:：]{0,40}[:：](?:\s|\*|$)")
SHORT_REPLY = 25
"""Characters: a reply up to this length may be what a wrong guess left of it."""
_MUCH_LONGER = 8


def told(reply: str, text: str) -> str:
    """Return what a notice shows of a mail: the reply.

    Where it is empty, or very short next to the rest, the rest is shown too: a guess took it off.
    """
    short = len(reply.strip()) <= SHORT_REPLY and len(text) >= _MUCH_LONGER * len(reply)
    return text if short and text.strip() else reply


def listed(reply: str, quoted: str, text: str) -> str:
    """Return what the queue shows of a message: what is new in it, no quote, no attribution.

    The reader took off what it knows to be a quote. Of what it left, such as answers between the
    lines, go: lines with the sign of a quote, what introduces them, and a forwarded mail's header
    under its line of dashes. All by their form, so that it holds in every language. A message
    that only quotes has nothing to show.
    """
    kept: list[str] = []
    in_header = False
    for line in (reply if quoted.strip() else told(reply, text)).splitlines():
        if line.lstrip().startswith(">"):
            while kept and not kept[-1].strip():
                kept.pop()
            if kept and kept[-1].rstrip().endswith(_INTRODUCES):
                kept.pop()
        elif _DELIMITER.match(line):
            in_header = True
        elif not (in_header and _HEADER_LINE.match(line)):
            in_header = False
            kept.append(line)
    return "\n".join(kept)


def plain_body(text: str) -> Body:
    """A body that was typed, so that all of it is new."""
    return Body(text=text, reply=text)

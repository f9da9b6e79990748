"""The mails that the ``capture:`` relay kept instead of sending: a Maildir in the data folder."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes
from email.errors import MessageError
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

from helpdesk.errors import NotFound
from helpdesk.text import clean_line

MOST_LISTED = 100
_HEAD = 32 * 1024
_NAME = re.compile(r"[0-9]{1,12}(?:\.[0-9]{1,9})?\.P[0-9]{1,9}Q[0-9]{1,9}\.postdesk")
_FOLDERS = ("new", "cur")


@dataclass(frozen=True)
class CapturedMail:
    """One mail, as the list shows it."""

    name: str
    subject: str
    recipient: str
    at: datetime


@dataclass(frozen=True)
class OpenedMail:
    """One mail, opened."""

    mail: CapturedMail
    text: str
    html: str
    raw: str
    files: tuple[str, ...]


def captured_mails(folder: Path) -> list[CapturedMail]:
    """The newest mails of the Maildir, newest first."""
    found = [
        Path(entry.path)
        for sub in _FOLDERS
        if (folder / sub).is_dir()
        for entry in os.scandir(folder / sub)
        if _NAME.fullmatch(entry.name)
    ]
    found.sort(key=lambda path: float(path.name.partition(".P")[0]), reverse=True)
    mails = []
    for path in found[:MOST_LISTED]:
        with path.open("rb") as file:
            mails.append(_mail(path, file.read(_HEAD)))
    return mails


def opened_mail(folder: Path, name: str) -> OpenedMail:
    """One of them, opened.

    :raises NotFound: where there is none of this name.
    """
    paths = [folder / sub / name for sub in _FOLDERS] if _NAME.fullmatch(name) else []
    for path in paths:
        if path.is_file():
            raw = path.read_bytes()
            message = message_from_bytes(raw, policy=default)
            assert isinstance(message, EmailMessage)
            return OpenedMail(
                _mail(path, raw),
                _part(message, "plain"),
                _part(message, "html"),
                raw.decode("utf-8", "backslashreplace"),
                tuple(part.get_filename() or "file" for part in message.iter_attachments()),
            )
    raise NotFound("There is no such captured mail.")


def _mail(path: Path, content: bytes) -> CapturedMail:
    head = message_from_bytes(content, policy=default)
    at = datetime.fromtimestamp(float(path.name.partition(".P")[0]), UTC)
    subject, recipient = str(head["Subject"] or ""), str(head["Delivered-To"] or "")
    return CapturedMail(path.name, clean_line(subject), clean_line(recipient), at)


def _part(message: EmailMessage, kind: str) -> str:
    try:
        body = message.get_body((kind,))
        return str(body.get_content()) if body else ""
    except (MessageError, KeyError, LookupError):
        return ""

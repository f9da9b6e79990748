"""Look into an account before it is saved, or to test it: what is there, and the newest mail."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from email.header import decode_header
from email.message import Message
from email.parser import BytesHeaderParser
from email.policy import compat32
from email.utils import parsedate_to_datetime

from helpdesk.imap.account import ImapAccount
from helpdesk.imap.connection import ImapConnection, MailGone, MailUnreadable
from helpdesk.imap.trouble import ImapTrouble, TroubleKind
from helpdesk.text import clean_line

CONNECT_WITHIN = 8.0
ANSWER_WITHIN = 10.0
"""Seconds: somebody waits before a page."""
_LARGEST_HEADER = 64 * 1024


@dataclass(frozen=True)
class GlimpsedMail:
    """What a mail's header says; each may be empty."""

    sender: str
    subject: str
    date: datetime | None


@dataclass(frozen=True)
class Glimpse:
    """What is in a folder."""

    count: int
    newest: GlimpsedMail | None


def look_into(
    account: ImapAccount,
    move_to: str = "",
    *,
    connect: Callable[..., ImapConnection] = ImapConnection,
) -> Glimpse:
    """Sign in, open the folder, and read the newest mail's header; nothing there is changed.

    :param move_to: a folder that has to be there, too.
    :raises ImapTrouble: what keeps mail from being fetched.
    """
    imap = connect(account, connect=CONNECT_WITHIN, read=ANSWER_WITHIN)
    try:
        opened = imap.open_folder(readonly=True)
        if move_to and move_to not in (folders := imap.folders()):
            named = ", ".join(folders[:20])
            raise ImapTrouble(TroubleKind.TARGET, f"its folders are {named}")
        newest = None
        if opened.count:
            with suppress(MailGone, MailUnreadable):
                newest = _glimpse(imap.header(imap.newest()))
        return Glimpse(opened.count, newest)
    finally:
        imap.close()


def _glimpse(header: bytes) -> GlimpsedMail:
    read = BytesHeaderParser(policy=compat32).parsebytes(header[:_LARGEST_HEADER])
    date = None
    with suppress(ValueError, TypeError, OverflowError):
        date = parsedate_to_datetime(str(read.get("Date", "")))
        date = date.replace(tzinfo=UTC) if date.tzinfo is None else date.astimezone(UTC)
    return GlimpsedMail(_line(read, "From", 120), _line(read, "Subject", 200), date)


def _line(read: Message, name: str, limit: int) -> str:
    """A field as it is to be read; as it stands where it is written wrongly."""
    raw = str(read.get(name, ""))[:2000]
    try:
        parts = [
            part.decode(charset or "ascii", "replace") if isinstance(part, bytes) else part
            for part, charset in decode_header(raw)
        ]
    except (LookupError, ValueError, TypeError):
        parts = [raw]
    return clean_line("".join(parts), limit)

"""A mail that is too long to be read on a page: its beginning is shown, and all of it is a file.

A page with some messages of 30 MB would be more than a browser can show, and a stranger can send
them. Nothing is lost: the mail as it came stands in the store anyway, and is attached.
"""

from __future__ import annotations

from dataclasses import replace

from helpdesk.mail_in.incoming import Arrival
from helpdesk.tickets.content import StoredFile
from mailgate.parse import ParsedMail

MOST_TEXT = 100_000
"""Characters of each part: 30 pages in print."""
MOST_HTML = 2_000_000
_NAME = "original mail.eml"
_GOES_ON = f"\n\n[… This goes on: all of it is in the file “{_NAME}”.]"


def readable(mail: ParsedMail) -> ParsedMail:
    """The mail with as much of its text as can be shown; the very same where that is all."""
    parts = (mail.text, mail.reply, mail.quoted, mail.signature, mail.disclaimer)
    longest = max(map(len, parts))
    if longest <= MOST_TEXT and len(mail.html or "") <= MOST_HTML:
        return mail
    shown = replace(
        mail,
        text=_beginning(mail.text),
        reply=_beginning(mail.reply),
        quoted=_beginning(mail.quoted),
        signature=_beginning(mail.signature),
        disclaimer=_beginning(mail.disclaimer),
        uncut_reply=_beginning(mail.uncut_reply),
        html=mail.html if len(mail.html or "") <= MOST_HTML else None,
    )
    return replace(shown, defects=(*mail.defects, f"it is too long to be shown: see “{_NAME}”"))


def _beginning(text: str) -> str:
    return text if len(text) <= MOST_TEXT else text[:MOST_TEXT] + _GOES_ON


def whole_mail(arrival: Arrival) -> StoredFile:
    """The mail as it came, as a file."""
    return StoredFile(_NAME, "message/rfc822", arrival.size, arrival.raw_sha256)

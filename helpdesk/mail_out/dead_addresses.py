"""Addresses that mail came back from for good, or whose reader complained of a mail of ours.

Flagged, so that nobody answers into the void, and no automatic mail goes where it is not wanted.
"""

from __future__ import annotations

import re
from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from helpdesk.mail_out.subjects import one_line
from helpdesk.models import PersonAddress

MOST_WORDS = 300
# RFC 3463: 5.1.x, the address itself; 5.2.1, the mailbox is switched off. Any other code speaks of
# this one mail, or of us (5.7.1: refused as spam), and another mail may well arrive.
_OF_THE_ADDRESS = re.compile(r"(?<![\d.])5\.(?:1\.\d{1,3}|2\.1)(?![\d.])")
_ENHANCED = re.compile(r"(?<![\d.])[245]\.\d{1,3}\.\d{1,3}(?![\d.])")
_BASIC = re.compile(r"(?:^|;)\s*55[013](?!\d)")


def speaks_of_the_address(words: str) -> bool:
    """Whether a refusal says that there is no such address (RFC 3463, RFC 5321 4.2.3)."""
    if _ENHANCED.search(words):
        return bool(_OF_THE_ADDRESS.search(words))
    return bool(_BASIC.search(words))


def flag(session: Session, address: str, words: str, now: datetime) -> None:
    """Note on the person's address that mail to it came back, if the words say it is dead."""
    if speaks_of_the_address(words):
        session.execute(
            update(PersonAddress)
            .where(PersonAddress.address == address.lower())
            .values(bounced_at=now, bounce_words=one_line(words, limit=MOST_WORDS))
            .execution_options(synchronize_session=False)
        )


def note_complaint(session: Session, address: str, now: datetime) -> None:
    """Note on the person's address that its reader called a mail of ours spam."""
    session.execute(
        update(PersonAddress)
        .where(PersonAddress.address == address.lower())
        .values(complained_at=now)
        .execution_options(synchronize_session=False)
    )

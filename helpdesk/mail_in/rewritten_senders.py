"""Envelope senders that a server on the way rewrote, and who they were before.

A forwarder puts itself into the envelope, so that SPF passes (SRS); a server marks its own, so that
it knows its bounces (BATV). Who wrote the mail is its From, and is told by nothing here: this is
for where only the envelope names somebody.
"""

from __future__ import annotations

import re

from helpdesk.text import unmarked

_SRS0 = re.compile(r"SRS0[=+-][^=@]+=[^=@]+=(?P<domain>[^=@]+)=(?P<local>[^@]+)@.+", re.IGNORECASE)
_SRS1 = re.compile(r"SRS1[=+-][^=@]+=(?P<first>[^=@]+)=(?P<rest>[=+-][^@]+)@.+", re.IGNORECASE)
_GMAIL = re.compile(r"(?P<local>[^@]+)\+caf_=[^@=]+=[^@=]+@(?P<domain>[^@]+)", re.IGNORECASE)


def before_rewriting(address: str) -> str:
    """The envelope sender as it was before servers rewrote it; the same where none did.

    ``SRS0=HHH=TT=mail.example=ann@forwarder.example`` → ``ann@mail.example``; that of a second
    forwarder (``SRS1=…``) too; ``prvs=0123abcdef=ann@mail.example`` → ``ann@mail.example``.
    """
    second = _SRS1.fullmatch(address)
    if second:
        address = f"SRS0{second['rest']}@{second['first']}"
    first = _SRS0.fullmatch(address)
    if first:
        address = f"{first['local']}@{first['domain']}"
    by_gmail = _GMAIL.fullmatch(address)
    if by_gmail:  # whose mailbox forwarded it, not who wrote
        address = f"{by_gmail['local']}@{by_gmail['domain']}"
    local, at, domain = address.rpartition("@")
    return f"{unmarked(local)}{at}{domain}"

"""How much a mail may ask of the reader. A mail over one of these is kept raw, and not parsed.

The measurements behind the numbers: 50,000 nested parts exhaust the stack, 100,000 parts take
seconds, ten million blank lines take 800 MB; ordinary mail stays two orders of magnitude below.
"""

from __future__ import annotations

import re

HEADER_BLOCK = 100 * 1024
FIELD = 32 * 1024
SHORT_FIELD = 4 * 1024
"""For From, Reply-To and Content-Type, whose grammars nest."""
FIELDS = 1000
RECEIVED = 50
BOUNDARIES = 1000
CONTAINERS = 100
LINES = 500_000
NESTING = 40
"""Containers within containers. Real mail stays below ten."""

TEXT = 6 * 1024 * 1024
"""Bytes of one text part that are read: sixty times what a page shows. The mail is attached to its
message as a whole where it is longer."""
ALL_TEXT = 2 * TEXT
"""Bytes of all text parts together."""
HTML = 4 * 1024 * 1024
"""Characters of HTML that are parsed, which takes 25 times as much memory."""

CPU_SECONDS = 3.0
"""For a mail in full; :data:`PLAIN_CPU_SECONDS` more where a second pass goes without its HTML."""
PLAIN_CPU_SECONDS = 2.0
HTML_CPU_SECONDS = 2.0
MEMORY = 700 * 1024 * 1024

_PART = re.compile(rb"[\r\n]--")
_MULTIPART = re.compile(rb"multipart/", re.IGNORECASE)


class MailTooComplexError(Exception):
    """The mail is over a limit; the text says which, in words for staff."""


def check(raw: bytes) -> None:
    """Refuse a mail whose size in lines or parts would make parsing slow.

    :raises MailTooComplexError: if it has too many lines, boundaries or containers.
    """
    lines = max(raw.count(b"\n"), raw.count(b"\r"))
    if lines < CONTAINERS:  # nothing below can be over its limit
        return
    if lines > LINES:
        raise MailTooComplexError(f"the mail has more than {LINES:,} lines")
    delimiters = raw.count(b"\n--") + raw.count(b"\r--")
    if delimiters <= CONTAINERS or not _MULTIPART.search(raw):
        return
    if delimiters > BOUNDARIES:
        raise MailTooComplexError(f"the mail has more than {BOUNDARIES:,} part boundaries")
    if _containers(raw) > CONTAINERS:
        raise MailTooComplexError(f"the mail has more than {CONTAINERS} containers")


def _containers(raw: bytes) -> int:
    """Parts that announce parts of their own, in the first lines after a delimiter."""
    return sum(bool(_MULTIPART.search(raw, m.end(), m.end() + 2048)) for m in _PART.finditer(raw))

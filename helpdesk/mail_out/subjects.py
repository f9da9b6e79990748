"""Text from outside that goes into one header field: made harmless, and the ticket's number in it.

A subject such as ``=?utf-8?q?x=0D=0ABcc=3A…?=`` decodes to a line break and a field; written again
by the email package it becomes a real Bcc line. So nothing reaches a header unless it has passed
:func:`one_line`.
"""

from __future__ import annotations

import re

from helpdesk.subject_prefixes import subject_parts
from helpdesk.text import clean_line

NO_SUBJECT = "(no subject)"


def one_line(text: str, *, limit: int = 250) -> str:
    """``text`` as one harmless line for a header field.

    What :func:`helpdesk.text.clean_line` takes out is taken out, what still looks like an RFC 2047
    encoded word is broken up (``=?`` becomes ``= ?``), and the end is cut after ``limit``
    characters.
    """
    line = clean_line(text, 8 * limit).replace("=?", "= ?")
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"


def without_prefixes(subject: str) -> str:
    """The subject less ``Re:``, ``Fwd:`` and their likes."""
    return subject_parts(subject).rest


def subject_with_number(subject: str, number: str) -> str:
    """The subject of a mail on a ticket: ``[TKT…]`` in it exactly once, one ``Re:`` at most.

    The number stands in brackets at the front, after ``Re:``: mail clients that join threads by
    subject skip both (RFC 5256 2.1).
    """
    mark, plain = f"[{number}]", one_line(subject)
    if mark.casefold() in plain.casefold():  # hardly ever; each number is another expression
        plain = re.sub(re.escape(mark), " ", plain, flags=re.I)
    plain = " ".join(plain.split())
    parts = subject_parts(plain)
    answer = "Re: " if parts.answers else ""
    return f"{answer}{mark} {parts.rest.strip() or NO_SUBJECT}"

"""The key of a mail that stays the same when the mail comes again.

A client that did not hear our 250 sends the mail again, and a server on the way may send a copy to
each of two mailboxes: all but the trace fields is the same to the byte.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from hashlib import sha256

# Fields that are added on the way (RFC 5321 4.4, RFC 8601, and what MTAs use beside them).
_TRACE = (
    b"received",
    b"return-path",
    b"delivered-to",
    b"x-original-to",
    b"envelope-to",
    b"x-envelope-to",
    b"authentication-results",
    b"arc-",
    b"received-spf",
    b"x-received",
    b"x-google-smtp-source",
    b"x-spam-",
    b"x-virus-",
    # How it came to each of several addresses, and what a scanner on the way said.
    b"x-envelope-",
    b"x-delivered-to",
    b"x-forwarded-",
    b"x-rcpt-to",
    b"x-real-to",
    b"x-gm-message-state",
    b"x-ms-exchange-",
    b"x-ms-publictraffictype",
    b"x-microsoft-antispam",
    b"x-forefront-",
    b"x-rspamd-",
    b"x-amavis-",
    b"x-scanned-by",
    b"x-proofpoint-",
    b"x-mimecast-",
    b"x-barracuda-",
    b"x-greylist",
    b"x-sieve",
    b"x-quarantine-id",
    b"dkim-filter",
)
_FIELD = re.compile(rb"[^\r\n]*(?:\r?\n[ \t][^\r\n]*)*\r?\n?")
_END_OF_HEADER = re.compile(rb"\r?\n\r?\n")


@dataclass(frozen=True)
class SameMail:
    """The key, and whether the mail names itself (a Date or a Message-ID)."""

    key: str
    has_identity: bool


def same_mail(raw: bytes) -> SameMail:
    """The key of these raw bytes; linear in their length."""
    end = _END_OF_HEADER.search(raw)
    header, body = (raw[: end.end()], raw[end.end() :]) if end else (raw, b"")
    digest = sha256()
    has_identity = False
    for match in _FIELD.finditer(header):
        field = match.group()
        name = field.partition(b":")[0].strip().lower()
        if not name.startswith(_TRACE):
            digest.update(field)
        has_identity = has_identity or name in (b"date", b"message-id")
    digest.update(b"\0")
    digest.update(body)
    return SameMail(digest.hexdigest(), has_identity)

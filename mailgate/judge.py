"""What may be done about a mail by itself: may it get an automatic answer?

The mail is always kept; this decides only whether an acknowledgement may leave. First match wins,
in the order of RFC 3834 2 and what machines really send.
"""

from __future__ import annotations

import re
from collections.abc import Collection

from helpdesk.text import split_tag
from mailgate.parse import InboundMail

_LIST_FIELDS = ("list-id", "list-unsubscribe", "list-post", "feedback-id")
_ROBOT_FIELDS = ("x-autoreply", "x-autorespond", "x-autoresponder", "x-loop")
_NO_REPLY = re.compile(
    r"^(?:no-?reply|do-?not-?reply|donotreply|noreply[\w.-]*|mailer-daemon|postmaster|bounces?)$"
)
_SUPPRESS = re.compile(r"\b(?:all|autoreply|oof)\b", re.IGNORECASE)


def may_acknowledge(mail: InboundMail, envelope_from: str, our_addresses: Collection[str]) -> bool:
    """Whether an acknowledgement may leave for this mail.

    :param our_addresses: the mailboxes' addresses in lower case.
    """
    if mail.kind != "message" or not envelope_from or mail.sender is None:
        return False
    fields = dict(reversed(mail.headers))
    automatic = fields.get("auto-submitted", "no").partition(";")[0].split("(")[0].strip().lower()
    if automatic not in ("", "no"):
        return False
    if _SUPPRESS.search(fields.get("x-auto-response-suppress", "")):
        return False
    if any(name in fields for name in (*_LIST_FIELDS, *_ROBOT_FIELDS)):
        return False
    if fields.get("precedence", "").strip().lower() in ("bulk", "junk", "list", "auto_reply"):
        return False
    if _NO_REPLY.match(split_tag(mail.sender.address)[0].partition("@")[0]):
        return False
    named = {split_tag(address.address)[0] for address in (*mail.to, *mail.cc)}
    return not named.isdisjoint(our_addresses)

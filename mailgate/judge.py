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
_ROBOT_FIELDS = ("x-autoreply", "x-autorespond", "x-loop")
_COMMENT = re.compile(r"\([^()]*\)")
_NO_REPLY = re.compile(
    r"^(?:(?:no|do[-_.]?not)[-_.]?reply[\w.-]*|mailer-daemon|postmaster|bounces?)$"
)
_SUPPRESS = re.compile(r"\b(?:all|autoreply|oof)\b", re.IGNORECASE)


def may_acknowledge(mail: InboundMail, envelope_from: str, our_addresses: Collection[str]) -> bool:
    """Whether an acknowledgement may leave for this mail.

    :param our_addresses: the mailboxes' addresses in lower case.
    """
    if mail.kind != "message" or not envelope_from or mail.sender is None:
        return False
    if any(_is_automatic(name, value) for name, value in mail.headers):
        return False
    if _NO_REPLY.match(split_tag(mail.sender.address)[0].partition("@")[0]):
        return False
    named = {split_tag(address.address)[0] for address in (*mail.to, *mail.cc)}
    return not named.isdisjoint(our_addresses)


def _is_automatic(name: str, value: str) -> bool:
    """Whether this field alone says that the mail wants no automatic answer."""
    first = _COMMENT.sub("", value).partition(";")[0].strip().lower()
    if name == "auto-submitted":
        return first not in ("", "no")
    if name == "x-auto-response-suppress":
        return _SUPPRESS.search(value) is not None
    if name == "precedence":
        return first in ("bulk", "junk", "list", "auto_reply")
    if name == "return-path":
        return first == "<>"
    return name in _LIST_FIELDS or name.startswith(_ROBOT_FIELDS)

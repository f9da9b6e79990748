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
_LIST_NAME = re.compile(r"<\s*([^<>\s]+)\s*>")
_ROBOT_FIELDS = ("x-autoreply", "x-autorespond", "x-loop")
_COMMENT = re.compile(r"\([^()]*\)")
_NO_REPLY = re.compile(
    r"^(?:(?:no|do[-_.]?not)[-_.]?reply[\w.-]*|mailer-daemon|postmaster|bounces?)$"
)
_SUPPRESS = re.compile(r"\b(?:all|autoreply|oof)\b", re.IGNORECASE)


def may_acknowledge(
    mail: InboundMail,
    envelope_from: str,
    our_addresses: Collection[str],
    feeders: Collection[str] = (),
) -> bool:
    """Whether an acknowledgement may leave for this mail.

    :param our_addresses: the mailboxes' addresses in lower case.
    :param feeders: aliases and lists that a mailbox is fed through (addresses, or names of
        List-Id): a customer's mail that comes through one is no list's.
    """
    if not envelope_from or mail.sender is None:
        return False
    fed = _comes_through(mail, feeders)
    if mail.kind != "message" and not (mail.kind == "list" and fed):
        return False
    fields = [field for field in mail.headers if not (fed and _is_of_list(*field))]
    if any(_is_automatic(name, value) for name, value in fields):
        return False
    if any(_NO_REPLY.match(_local_part(one.address)) for one in (mail.sender, *mail.reply_to)):
        return False
    named = {split_tag(address.address)[0] for address in (*mail.to, *mail.cc)}
    return fed or not named.isdisjoint(our_addresses)


def _local_part(address: str) -> str:
    return split_tag(address)[0].partition("@")[0]


def _comes_through(mail: InboundMail, feeders: Collection[str]) -> bool:
    """Whether it is addressed to one of these aliases, or carries the name of one of these lists
    (RFC 2919 2: what stands in angle brackets).
    """
    if not feeders:
        return False
    lists = [_LIST_NAME.search(value) for name, value in mail.headers if name == "list-id"]
    names = {found[1].lower() for found in lists if found}
    names |= {split_tag(address.address)[0] for address in (*mail.to, *mail.cc)}
    return not names.isdisjoint(feeders)


def _is_of_list(name: str, value: str) -> bool:
    """Whether a list, and not the sender, puts this field in."""
    return name in _LIST_FIELDS or (name == "precedence" and value.strip().lower() != "auto_reply")


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

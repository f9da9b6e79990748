"""A provider asks whether an address of ours wants another's mail: Google's “Forwarding
Confirmation”.

It is known by who wrote it, proven, and by the link that it names: in any language, and however its
words change. Nothing is opened by us: a person does that, or does not.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from helpdesk.text import fold_address

SENDERS = frozenset({"forwarding-noreply@google.com"})
"""Who sends such mails."""
_LINK = re.compile(
    r"https://(?:mail-settings|mail|isolated\.mail)\.google\.com/(?:[a-z0-9./-]*/)?vf-"
    r"[A-Za-z0-9%_.~\[\]*-]{8,600}"
)
_ANY_LINK = re.compile(r"https?://\S+")
_CODE = re.compile(r"(?<![\w@.-])[0-9]{6,12}(?![\w@-]|\.\w)")
_IN_SUBJECT = re.compile(r"\(#\s?([0-9]{6,12})\)")
_ADDRESS = re.compile(r"[^\s<>()\"“”„«»,;:]+@[A-Za-z0-9.-]+\.[A-Za-z]{2,}")


@dataclass(frozen=True)
class ForwardingRequest:
    """Whose mail is to be forwarded to us, and what says yes to it."""

    account: str
    """The address whose owner asked for it; empty where the mail does not name it."""
    code: str
    """To be typed at the provider; empty where there is none."""
    link: str
    """To be opened by a person; empty where there is none."""


def forwarding_request(
    sender: str, subject: str, text: str, *, proven: bool
) -> ForwardingRequest | None:
    """What a mail asks to be confirmed; None where it is no such mail, or nobody knows that it is.

    :param text: its whole body.
    :param proven: whether the sender's address is proven.
    """
    if not proven or fold_address(sender) not in SENDERS:
        return None
    link = _LINK.search(text)
    words = _ANY_LINK.sub(" ", text)
    code = _IN_SUBJECT.search(subject) or _CODE.search(words)
    if link is None and code is None:
        return None
    account = _ADDRESS.search(words)
    return ForwardingRequest(
        account.group().strip(".'").lower() if account else "",
        code.group(code.lastindex or 0) if code else "",
        link.group().rstrip(".*]") if link else "",
    )

"""How mail clients mark, in HTML, where the quoted mail or the signature begins.

Each row is a client's own markup: an attribute that it writes into every answer.
"""

from __future__ import annotations

import re
from typing import Literal

_QUOTE_CLASSES = frozenset(
    {
        "gmail_quote",  # Gmail, and many that follow it
        "gmail_quote_container",
        "yahoo_quoted",
        "moz-cite-prefix",  # Thunderbird
        "protonmail_quote",
        "tutanota_quote",
        "zmail_extra",  # Zoho
        "outlookmessageheader",  # Outlook 2003
        "ms-outlook-mobile-reference-message",
        "freshdesk_quote",
        "front-blockquote",
    }
)
_QUOTE_IDS = re.compile(
    r"(?:x_)*(?:divrplyfwdmsg|appendonsend"  # Outlook on the web, Outlook for phones
    r"|olk_src_body_section|mail-editor-reference-message-container"  # Outlook for Mac
    r"|isforwardcontent|isreplycontent)",  # NetEase
    re.IGNORECASE,
)
_SIGNATURE_CLASSES = frozenset(
    {
        "gmail_signature",
        "moz-signature",
        "protonmail_signature_block",
        "tutanota_signature",
        "front-signature",
        "sh-signature",  # Superhuman
    }
)
_SIGNATURE_IDS = re.compile(
    r"(?:x_)*(?:ms-outlook-mobile-signature|signature|applemailsignature"
    r"|ymail_(?:android|ios)_signature(?:link)?)",
    re.IGNORECASE,
)
# Outlook 2007 and later: a thin line above "From: … Sent: …"
_OUTLOOK_RULE = re.compile(
    r"border:\s*none;\s*border-top:\s*solid\s*#(?:b5c4df|e1e1e1|cccccc)\s*1\.0pt;\s*padding:\s*3\.0pt",
    re.IGNORECASE,
)
_SIDE_LINE = re.compile(
    r"border(?:-(?:left|right|inline-start))?[^;]{0,40}:[^;]{0,40}\b[1-9]", re.IGNORECASE
)
_WINDOWS_MAIL_RULE = re.compile(
    r"padding-top:\s*5px;\s*border-top-color:\s*rgb\(229,\s*229,\s*229\)", re.IGNORECASE
)


def is_mark(word: str) -> bool:
    """Whether a class or an identity is one that a client marks its quotes or signatures with."""
    return (
        word.lower() in _QUOTE_CLASSES | _SIGNATURE_CLASSES
        or _QUOTE_IDS.fullmatch(word) is not None
        or _SIGNATURE_IDS.fullmatch(word) is not None
    )


def is_clients_quote(attributes: dict[str, str]) -> bool:
    """Whether a blockquote is a client's: cited, classed, or with a line at its side."""
    if attributes.get("type", "").lower() == "cite" or attributes.get("cite"):
        return True
    return bool(attributes.get("class")) or bool(_SIDE_LINE.search(attributes.get("style", "")))


def mark_of(tag: str, attributes: dict[str, str]) -> Literal["quote", "signature"] | None:
    """What a tag begins, if it is a client's mark."""
    classes = attributes.get("class", "").lower().split()
    if classes:
        if not _QUOTE_CLASSES.isdisjoint(classes) and tag != "blockquote":
            return "quote"
        if not _SIGNATURE_CLASSES.isdisjoint(classes):
            return "signature"
    identity = attributes.get("id", "")
    if identity:
        if _QUOTE_IDS.fullmatch(identity):
            return "quote"
        if _SIGNATURE_IDS.fullmatch(identity):
            return "signature"
    style = attributes.get("style", "")
    ruled = style and (_OUTLOOK_RULE.search(style) or _WINDOWS_MAIL_RULE.search(style))
    return "quote" if ruled and tag == "div" else None

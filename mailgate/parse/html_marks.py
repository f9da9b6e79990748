"""How mail clients mark, in HTML, where the quoted mail or the signature begins.

Each row is a client's own markup, as found in the mails it writes.
"""

from __future__ import annotations

import re
from typing import Literal

_QUOTE_CLASSES = frozenset(
    {
        "gmail_quote",
        "gmail_quote_container",
        "gmail_extra_quote",
        "yahoo_quoted",
        "moz-cite-prefix",
        "protonmail_quote",
        "tutanota_quote",
        "outlookmessageheader",
        "zmail_extra",
        "zmail_extra_hr",
        "freshdesk_quote",
        "front-blockquote",
        "hm_quote",
        "mailmate_quote",
        "sparkquote",
        "airmail_on",
        "cloudmagic-smart-beacon-quote",
        "ya-q-full-text",
        "ms-outlook-mobile-reference-message",
        "wordsection1-quote",
        "xcloud_quote",
        "edison_quote",
        "newton_quote",
        "skypequote",
        "oembed_quote",
        "reply_message",
        "replyheader",
        "original_message",
        "quoted_message",
        "mcntquote",
    }
)
_QUOTE_IDS = re.compile(
    r"divrplyfwdmsg|appendonsend|(?:x_)*olk_src_body_section|replyhead|mail-editor-reference-message"
    r"-container|isforwardcontent|isreplycontent|reply-intro|oriMsgHtmlSeperator|qt"
    r"|yahoo_quoted_?\d*|bloop_quote|mac_outlook_quote|replysplit|x_divrplyfwdmsg|orig_mail",
    re.IGNORECASE,
)
_SIGNATURE_CLASSES = frozenset(
    {
        "gmail_signature",
        "moz-signature",
        "protonmail_signature_block",
        "protonmail_signature_block-user",
        "mailmate_signature",
        "tutanota_signature",
        "bloop_sign",
        "yahoo-signature",
        "ya-signature",
    }
)
_SIGNATURE_IDS = re.compile(
    r"ms-outlook-mobile-signature|signature|applemailsignature|ymail_.*signature.*|bloop_sign_\d+"
    r"|mobile_signature|x_signature|mail-signature|zimbra-signature",
    re.IGNORECASE,
)
# Outlook 2007 and later, and Windows Mail: a thin line above "From: … Sent: …"
_OUTLOOK_RULE = re.compile(
    r"border:\s*none;\s*border-top:\s*solid\s*#(?:b5c4df|e1e1e1|cccccc)\s*1\.0pt;\s*padding:\s*3\.0pt",
    re.IGNORECASE,
)
_WINDOWS_MAIL_RULE = re.compile(
    r"padding-top:\s*5px;\s*border-top-color:\s*rgb\(229,\s*229,\s*229\)", re.IGNORECASE
)


def judge(tag: str, attributes: dict[str, str]) -> Literal["quote", "signature"] | None:
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

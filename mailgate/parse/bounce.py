"""Delivery reports: which mail came back, for whom, and why.

RFC 3464 where a server follows it; else :mod:`bounce_text` reads its prose.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterable
from typing import Any

from mailgate.parse import bounce_text
from mailgate.parse.fields import Head, split
from mailgate.parse.mail import Bounce, BouncedRecipient
from mailgate.parse.words import decode_text

_FIELD = re.compile(r"^([A-Za-z][\w-]{1,60})\s*:[ \t]*(.*(?:\n[ \t]+.*)*)", re.MULTILINE)
_BLANK_LINE = re.compile(r"\s*\n\s*\n")
_STATUS = re.compile(r"\b([245]\.\d{1,3}\.\d{1,3})\b")
_ADDRESS = re.compile(r"(?:[^/@\s<>][^@\s<>]*|\"[^\"]+\")@[\w-]+(?:\.[\w-]+)+")
_XTEXT = re.compile(r"\\x\{([0-9A-Fa-f]{1,6})\}")
_SOURCE_ROUTE = re.compile(r"^@[^:@]+:(?=.*@)")
_LONGEST = 1000
_MOST = 200
_LONGEST_MARK = 100
_MESSAGE_ID = re.compile(r"^message-id:\s*(?:\n[ \t]+)?<([^<>\s]+)>", re.IGNORECASE | re.MULTILINE)
# What we wrote to goes before what became of it (RFC 3464 2.3.1)
_RECIPIENT_FIELDS = ("original-recipient", "final-recipient", "x-actual-recipient")


def read(head: Head, report: dict[str, bytes], text: str) -> Bounce:
    """The recipients and the original's Message-ID, from whatever says it best."""
    original = split(report.get("original", b"")[: 1 << 16])
    if not original.fields:
        original = split(bounce_text.returned(text).encode("utf-8", "surrogateescape"))
    own = bounce_text.before_returned(text)
    written_to = bounce_text.addressees(original)
    recipients = from_status(report.get("delivery-status", b""), written_to)
    if not recipients:
        recipients = from_status(own.encode("utf-8", "replace"), written_to)
    if not any("@" in r.address for r in recipients):
        recipients = bounce_text.recipients(head, original, own) or recipients
    mark = (original.first("x-postdesk") or "").strip()[:_LONGEST_MARK]
    return Bounce(tuple(recipients[:_MOST]), _original_id(original, text), mark)


def from_status(status: bytes, written_to: frozenset[str] = frozenset()) -> list[BouncedRecipient]:
    """Recipients of a message/delivery-status (RFC 3464 2.3), its blank lines misplaced or not.

    :param written_to: the addressees of the returned mail, in lower case.
    """
    found: list[BouncedRecipient] = []
    block: dict[str, str] = {}
    text = status.decode("utf-8", "replace").replace("\r\n", "\n").replace("\r", "\n")
    for match in _FIELD.finditer(text):
        name = match[1].lower()
        # a recipient's fields may begin without the blank line that the RFC wants
        if name in ("final-recipient", "original-recipient") and name in block:
            found.extend(_recipient(block, written_to))
            block = {}
        fold = "\n" if name in _RECIPIENT_FIELDS else " "
        block.setdefault(name, fold.join(line.strip() for line in match[2].split("\n")).strip())
        if _BLANK_LINE.match(text, match.end(), match.end() + 40):
            found.extend(_recipient(block, written_to))
            block = {}
    found.extend(_recipient(block, written_to))
    found = [r for r in found if "@" in r.address] or found
    return list({r.address.lower(): r for r in reversed(found)}.values())[::-1]


def _recipient(block: dict[str, str], written_to: frozenset[str]) -> Iterable[BouncedRecipient]:
    addresses = [typed_address(block[name]) for name in _RECIPIENT_FIELDS if name in block]
    likely = [a for a in addresses if _ADDRESS.fullmatch(a)] or [a for a in addresses if "@" in a]
    named = {a.lower(): a for a in likely} or {a: a for a in addresses[:1] if a}
    ours = [a for a in named if a in written_to]
    status = _STATUS.search(block.get("status", "")) or _STATUS.search(
        block.get("diagnostic-code", "")
    )
    action = re.match(r"[a-z-]+", block.get("action", "").lower())
    diagnostic = re.sub(r"^\s*[\w-]{1,20}\s*;\s*", "", block.get("diagnostic-code", ""))
    for address in sorted(named, key=lambda a: a not in ours):
        yield BouncedRecipient(
            named[address],
            action[0] if action else None,
            status[1] if status else None,
            decode_text(diagnostic)[:_LONGEST] or None,
        )


def typed_address(value: str) -> str:
    """The address of ``rfc822; <ann@example.org>`` (RFC 3464 2.1.2)."""
    kind, _, address = value.rpartition(";")
    if kind.strip().lower() == "utf-8":
        address = _XTEXT.sub(_as_letter, address)
    # a fold inside the address leaves it in pieces (RFC 5322 2.2.3 allows none there)
    whole = decode_text(address.replace("\n", "")).strip("<> \t")
    address = whole if _ADDRESS.fullmatch(whole) else decode_text(address.replace("\n", " "))
    bracketed = re.search(r"<([^<>]*)>", address)
    address = (bracketed[1] if bracketed else address).strip("' \t.,:")
    if address.count('"') == 1 or address[:1] + address[-1:] == '""':
        address = address.strip('"')
    address = _SOURCE_ROUTE.sub("", address)  # RFC 5321 C: obsolete, and still written
    if bracketed or not _ADDRESS.match(address.partition(" ")[0]):
        joined = address.replace(" ", "")
        address = joined if _ADDRESS.fullmatch(joined) else address
    return address.partition(" ")[0] if "@" in address.partition(" ")[0] else address


def _as_letter(spelled: re.Match[str]) -> str:
    """A letter beyond ASCII, which RFC 6533 3 spells by its number: \\x{F6}."""
    number = int(spelled[1], 16)
    letter = chr(number) if number <= sys.maxunicode else ""
    return letter if letter and letter.isprintable() else spelled[0]


def action_of(bounce: Bounce, head: Head, text: str) -> str:
    """``failed``, ``delayed``, ``delivered``: what the report as a whole says."""
    actions = {r.action for r in bounce.recipients if r.action}
    if actions and not actions.isdisjoint({"failed", "failure", "expired", "error"}):
        return "failed"
    if "delayed" in actions or "delay" in actions:
        return "delayed"
    if actions and actions <= {"delivered", "relayed", "expanded", "deliverable"}:
        return "delivered"
    subject = decode_text(head.first("subject") or "")
    return "delayed" if bounce_text.says_delay(subject, text) else "failed"


def feedback_recipients(report: bytes) -> list[BouncedRecipient]:
    """Who complained, as far as a feedback report says it (RFC 5965 3.2)."""
    text = report.decode("utf-8", "replace").replace("\r\n", "\n")
    names = {"original-rcpt-to", "removal-recipient", "original-recipient"}
    found = [typed_address(m[2]) for m in _FIELD.finditer(text) if m[1].lower() in names]
    return [BouncedRecipient(a) for a in dict.fromkeys(found) if "@" in a]


def from_notification(text: str) -> tuple[str, Bounce] | None:
    """Amazon SES's notification through SNS, a JSON text: the type, and what it says."""
    if not text.lstrip().startswith("{") or "notificationType" not in text:
        return None
    # the mail's line breaks fall inside the JSON strings, which forbids them
    outer = _object(text) or _object(text.replace("\n", ""))
    message = outer.get("Message", outer)
    inner = _object(message) if isinstance(message, str) else message
    kind = str(inner.get("notificationType") or inner.get("eventType") or "").lower()
    if kind not in ("bounce", "complaint", "delivery"):
        return None
    return kind, Bounce(tuple(_notified(inner, kind)), _mail_id(inner))


def _notified(inner: dict[str, Any], kind: str) -> Iterable[BouncedRecipient]:
    details = inner.get(kind)
    if not isinstance(details, dict):
        return
    listed = details.get(f"{kind}dRecipients" if kind == "bounce" else f"{kind}Recipients")
    if kind == "bounce":
        listed = details.get("bouncedRecipients")
    elif kind == "complaint":
        listed = details.get("complainedRecipients")
    else:
        listed = details.get("recipients")
    for one in listed if isinstance(listed, list) else []:
        row = one if isinstance(one, dict) else {"emailAddress": one}
        status = _STATUS.search(str(row.get("status") or ""))
        yield BouncedRecipient(
            str(row.get("emailAddress") or ""),
            str(row.get("action") or "") or ("failed" if kind == "bounce" else None),
            status[1] if status else None,
            str(row.get("diagnosticCode") or "")[:_LONGEST] or None,
        )


def _mail_id(inner: dict[str, Any]) -> str | None:
    mail = inner.get("mail")
    headers = mail.get("commonHeaders") if isinstance(mail, dict) else None
    found = headers.get("messageId") if isinstance(headers, dict) else None
    return str(found).strip("<>") if found else None


def _object(text: str) -> dict[str, Any]:
    try:
        # raw_decode: SNS adds a footer with a link to unsubscribe
        value = json.JSONDecoder(strict=False).raw_decode(text.lstrip())[0]
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def _original_id(original: Head, text: str) -> str | None:
    named = original.first("message-id")
    if named:
        return decode_text(named).strip("<> ") or None
    match = _MESSAGE_ID.search(text)
    return match[1] if match else None

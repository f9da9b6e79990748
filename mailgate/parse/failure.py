"""Whether a mail shows that another mail came back: by its sender, its parts, an SMTP answer.

Words such as "could not be delivered" are customers' words too, of parcels. They count only where
the sender is a mail server by its name or by its empty envelope (RFC 5321 4.5.5).
"""

from __future__ import annotations

import re
from enum import IntEnum

from mailgate.parse import bounce, bounce_phrases, bounce_text
from mailgate.parse.addresses import read_addresses
from mailgate.parse.body import CollectedBody
from mailgate.parse.fields import Head, split
from mailgate.parse.mail import ParsedMail

_DAEMON = re.compile(r"mailer[-_.]?d[ae]+mon|mail[-_.]delivery[-_.](?:sub)?system", re.IGNORECASE)
_DAEMON_NAME = re.compile(
    r"^\W*(?:mail(?:er)?[- ]d[ae]+mon|mail delivery (?:sub)?system|mail deliver system"
    r"|mail delivery service|internet mail delivery)\W*$",
    re.IGNORECASE,
)
_POSTMASTER = re.compile(r"(?:post_?master|microsoftexchange[0-9a-f]{8,64})@", re.IGNORECASE)
# Gateways that write in their own name, and not from an empty envelope sender
_GATEWAY = re.compile(
    r"web[-_ ]?shield|group[-_ ]?shield|\bm-?daemon\b|symantec|norton[-_ ]?anti-?virus|anti-?virus"
    r"|\bnav[-_ ]?(?:gw|mse|smtp|gateway|for)|mail[-_ ]?marshal|m(?:ai|i)mesweeper|mailsweeper"
    r"|inter[-_ ]?scan|scan[-_ ]?mail|virus[-_ ]?wall|mail[-_ ]?scanner|(?:mail|smtp)[-_ ]?gateway"
    r"|mail[-_ ]?security|content[-_ ]?filter",
    re.IGNORECASE,
)
# Names that people have on their doors as well
_OFFICE = re.compile(
    r"(?:mail-?admin|mailgate|mail-?system|bounces?|no-?reply|do-?not-?reply|system|admin"
    r"|administrator|smtp|mta|gateway)\b",
    re.IGNORECASE,
)
_QUESTION = re.compile(r"[?？]\s*$", re.MULTILINE)
_FAILED_ADDRESS = re.compile(
    r"^[ \t>*•<\"'-]{0,10}[^\s<>@:]{1,80}@[\w.-]{3,255}[>\"']?[ \t]*(?:[:;.]|$)", re.MULTILINE
)
_NAMELESS = re.compile(r"\W*(?:post_?master@?)?\W*", re.IGNORECASE)
_ANSWER = re.compile(
    r"\s*(?:re|aw|fwd?|wg|tr|antw|sv|vs|rv|ynt|odp|i|r|rif|res|enc)\s*[:：]", re.IGNORECASE
)
_SERVERS_ANSWER = re.compile(r"re:\s*(?:returned|undeliver)", re.IGNORECASE)
# 550 5.1.1 …, 550-5.1.1, 550 <ann@example.org>
_SMTP_ANSWER = re.compile(
    r"(?<![\d.])[45]\d\d[ -]#?(?:[45]\.\d{1,3}\.\d{1,3}\b|<[^<>\s@]{1,80}@[^<>\s@]{1,255}>)"
)
_RECIPIENT_COMMAND = re.compile(r"\bRCPT TO:[ \t]*<?[^<>\s@]{1,80}@", re.IGNORECASE)
_CODE = re.compile(r"(?<![\d.])[45]\d\d[ -]")
_LOOKED_AT = 20_000
_ENOUGH_FIELDS = 2
_TRACE = frozenset({"received", "message-id", "return-path", "mime-version"})


class MailServer(IntEnum):
    """How much the sender is a mail server."""

    NO = 0
    POSTMASTER = 1
    """By its address alone, which proves nothing."""
    GATEWAY = 2
    """By the name of a product for filtering mail."""
    NULL = 3
    """An empty envelope sender: a machine, but perhaps an automatic answer."""
    NULL_POSTMASTER = 4
    DAEMON = 5


def mail_server(head: Head, found: ParsedMail) -> MailServer:
    """Return how much the sender of the mail is a mail server."""
    source = " ".join(head.all("from"))
    address = found.sender.address if found.sender else ""
    name = found.sender.name if found.sender else source
    if _DAEMON.search(address or source) or _DAEMON_NAME.match(name.strip("\"' ")):
        return MailServer.DAEMON
    if source.strip().endswith("<>") or head.first("x-failed-recipients"):
        return MailServer.DAEMON
    is_postmaster = bool(_POSTMASTER.match(address))
    if has_null_sender(head):
        return MailServer.NULL_POSTMASTER if is_postmaster else MailServer.NULL
    if is_postmaster:
        return MailServer.POSTMASTER
    return MailServer.GATEWAY if _GATEWAY.search(f"{name} {address}"[:400]) else MailServer.NO


def has_null_sender(head: Head) -> bool:
    """Return whether a server noted an empty envelope sender, or a daemon's."""
    returned = [value.strip().lower() for value in head.all("return-path")]
    return any(value in ("<>", "") or "mailer-daemon" in value for value in returned)


def is_shown(head: Head, found: ParsedMail, parts: CollectedBody, text: str) -> bool:
    """Return whether the mail, which carries no machine's report, is a notice of a failure."""
    server = mail_server(head, found)
    if server is MailServer.DAEMON:
        return True
    subject = bool(bounce_phrases.SUBJECT.match(found.subject)) and not is_answer(found.subject)
    if server is MailServer.NO and not subject:
        return False  # nearly every mail
    body = bool(bounce_phrases.BODY.search(text[:6000]))
    if server is MailServer.NO:
        return body and (_gives_back_our_mail(found, parts) or _office_says(head, found, text))
    shown = "original" in parts.report or _answers_in_smtp(text) or _returns_in_text(text)
    if server is MailServer.NULL_POSTMASTER:
        return shown or subject or (body and "@" in text[:3000])
    if server is MailServer.NULL:
        return shown or (subject and body)
    if server is MailServer.GATEWAY:
        return (shown and body) or (subject and body and bool(_FAILED_ADDRESS.search(text[:3000])))
    if shown:
        # Somebody who pastes such an answer asks about it
        is_asked = _QUESTION.search(text[:_LOOKED_AT]) and "original" not in parts.report
        return not is_asked and (not is_answer(found.subject) or _answers_in_smtp(text))
    return subject and _is_programs(head, found, text)


def is_answer(subject: str) -> bool:
    """Return whether the subject is that of an answer or a forward."""
    return bool(_ANSWER.match(subject)) and not _SERVERS_ANSWER.match(subject)


def _answers_in_smtp(text: str) -> bool:
    own = text[:_LOOKED_AT]
    if _SMTP_ANSWER.search(own):
        return True
    return bool(_RECIPIENT_COMMAND.search(own)) and bool(_CODE.search(own))


def _returns_in_text(text: str) -> bool:
    """Whether the fields of a mail stand below the notice, with those that only servers see."""
    names = {
        n for n, _ in split(bounce_text.returned(text)[:8000].encode("utf-8", "replace")).fields
    }
    return len(names) >= _ENOUGH_FIELDS and not names.isdisjoint(_TRACE)


def _office_says(head: Head, found: ParsedMail, text: str) -> bool:
    """Whether an address without a person's name repeats an SMTP answer, and asks nothing."""
    address = found.sender.address if found.sender else ""
    if not _OFFICE.match(address) or head.first("in-reply-to") or head.first("references"):
        return False
    own = text[:_LOOKED_AT]
    return bool(_SMTP_ANSWER.search(own)) and not _QUESTION.search(own)


def _gives_back_our_mail(found: ParsedMail, parts: CollectedBody) -> bool:
    """Whether it encloses a mail that its recipient wrote, to somebody else than its sender.

    A person who encloses a mail of ours has it because it was written to them.
    """
    original = split(parts.report.get("original", b"")[: 1 << 16])
    writers = _all(original, "from", "sender", "return-path", "reply-to")
    readers = _all(original, "to", "cc", "delivered-to", "x-original-to")
    ours = {one.address.lower() for one in (*found.to, *found.cc)}
    sender = found.sender.address.lower() if found.sender else ""
    return not ours.isdisjoint(writers) and sender not in readers and bool(readers)


def _all(head: Head, *names: str) -> set[str]:
    fields = [value for name in names for value in head.all(name)]
    return {one.address.lower() for one in read_addresses(fields)}


def _is_programs(head: Head, found: ParsedMail, text: str) -> bool:
    """Whether a postmaster without a person's name announces the mail that comes back, or writes
    without a Message-ID and a date, as no program for people's mail does.
    """
    if not _NAMELESS.fullmatch(found.sender.name if found.sender else ""):
        return False
    has_identity = bool(head.first("message-id") or head.first("date"))
    return not has_identity or bounce_text.announces_returned(text)


def has_status(parts: CollectedBody) -> bool:
    """Return whether a part says in RFC 3464's fields what became of a recipient."""
    return bool(bounce.from_status(parts.report.get("delivery-status", b"")))

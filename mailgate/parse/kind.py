"""What kind of mail it is: a person's message, or one of the things that machines write.

A bounce is known by its report (RFC 3464) or its words, never by an empty envelope sender alone:
automatic answers have that too (RFC 3834 3.3). An ordinary mail must never be taken for either.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from helpdesk.vocabulary import MessageKind
from mailgate.parse import auto_phrases, bounce, bounce_phrases
from mailgate.parse.body import CollectedBody
from mailgate.parse.fields import Head
from mailgate.parse.mail import Bounce, ParsedMail
from mailgate.parse.params import parameters, split_value

_DAEMON = re.compile(r"mailer[-_.]?d[ae]+mon|mail[-_.]delivery[-_.](?:sub)?system", re.IGNORECASE)
_DAEMON_NAME = re.compile(
    r"^\W*(?:mail(?:er)?[- ]d[ae]+mon|mail delivery (?:sub)?system|mail deliver system"
    r"|mail delivery service|internet mail delivery)\W*$",
    re.IGNORECASE,
)
_POSTMASTER = re.compile(
    r"^(?:post_?master|mail-?admin|mailgate|mail-?system|bounces?|no-?reply|do-?not-?reply"
    r"|system|administrator|microsoftexchange[0-9a-f]*)\b",
    re.IGNORECASE,
)
_ANSWER = re.compile(r"^\s*(?:re|aw|fwd?|wg|tr|antw|sv|vs|rv|ynt|odp|i|r|rif|res|enc)\s*:", re.I)
_SUPPRESS = frozenset({"all", "autoreply", "oof"})
_BULK = frozenset({"bulk", "list", "junk"})


@dataclass(frozen=True)
class Classified:
    """The kind, and for a report what it says."""

    kind: MessageKind = MessageKind.MESSAGE
    bounce: Bounce | None = None


def classify(head: Head, found: ParsedMail, parts: CollectedBody, text: str) -> Classified:
    """Decide the kind of a mail.

    :param found: its header values.
    :param text: its body as text.
    """
    return (
        _feedback(head, parts)
        or _notification(text)
        or _report(head, parts, text)
        or _prose_bounce(head, found, parts, text)
        or Classified(
            MessageKind.AUTO_REPLY if _is_auto_reply(head, found, parts) else _message_or_list(head)
        )
    )


def _feedback(head: Head, parts: CollectedBody) -> Classified | None:
    if "feedback-report" in parts.report or _report_type(head) == "feedback-report":
        recipients = bounce.feedback_recipients(parts.report.get("feedback-report", b""))
        original = bounce.read(head, {"original": parts.report.get("original", b"")}, "")
        return Classified(
            MessageKind.FEEDBACK_REPORT, Bounce(tuple(recipients), original.original_message_id)
        )
    return None


def _notification(text: str) -> Classified | None:
    notified = bounce.from_notification(text)
    if not notified:
        return None
    kinds: dict[str, MessageKind] = {
        "complaint": MessageKind.FEEDBACK_REPORT,
        "delivery": MessageKind.DELIVERED,
    }
    return Classified(kinds.get(notified[0], MessageKind.BOUNCE), notified[1])


def _report(head: Head, parts: CollectedBody, text: str) -> Classified | None:
    """A machine-readable delivery report, whoever sent it (RFC 3464)."""
    status = parts.report.get("delivery-status", b"")
    if not bounce.from_status(status) and _report_type(head) != "delivery-status":
        return None
    return _classified_bounce(head, parts, text)


def _prose_bounce(
    head: Head, found: ParsedMail, parts: CollectedBody, text: str
) -> Classified | None:
    level = _machine_sender(head, found)
    subject = bool(bounce_phrases.SUBJECT.match(found.subject)) and not _is_answer(found.subject)
    body = bool(bounce_phrases.BODY.search(text[:6000]))
    is_bounce = (
        level == "daemon"
        or (level == "likely" and (subject or _says_failure(text)))
        or (level == "possible" and subject and body)
        or (level == "no" and subject and body and _names_a_failure(head, text))
    )
    if not is_bounce:
        return None
    if level != "daemon" and auto_phrases.SUBJECT.match(found.subject):
        return None
    return _classified_bounce(head, parts, text)


def _classified_bounce(head: Head, parts: CollectedBody, text: str) -> Classified:
    said = bounce.read(head, parts.report, text)
    kinds: dict[str, MessageKind] = {
        "delayed": MessageKind.DELAYED,
        "delivered": MessageKind.DELIVERED,
    }
    return Classified(kinds.get(bounce.action_of(said, head, text), MessageKind.BOUNCE), said)


def _machine_sender(head: Head, found: ParsedMail) -> Literal["daemon", "likely", "possible", "no"]:
    """How sure the sender is a mail server: its name, and the empty envelope (RFC 5321 4.5.5)."""
    source = " ".join(head.all("from"))
    address = found.sender.address if found.sender else ""
    name = found.sender.name if found.sender else source
    is_auto = _token(head.first("auto-submitted")) == "auto-replied"
    if _DAEMON.search(address or source) or _DAEMON_NAME.match(name.strip("\"' ")):
        return "daemon"
    if source.strip().endswith("<>") and not is_auto:
        return "daemon"
    if head.first("x-failed-recipients"):
        return "daemon"
    returned = [value.strip().lower() for value in head.all("return-path")]
    null = any(value in ("<>", "") or "mailer-daemon" in value for value in returned)
    if re.match(r"post_?master\b", address, re.IGNORECASE):
        return "likely"
    if null and not is_auto:
        return "likely"
    return "possible" if null or _POSTMASTER.match(address) else "no"


def _says_failure(text: str) -> bool:
    own = text[:3000]
    return bool(bounce_phrases.BODY.search(own)) and bool(re.search(r"@|\b5\d\d\b", own))


def _names_a_failure(head: Head, text: str) -> bool:
    """For a sender that could be a person: an SMTP answer or a status, and no thread."""
    if head.first("in-reply-to") or head.first("references"):
        return False
    return bool(re.search(r"\b[45]\d\d[ -]|\b[45]\.\d\.\d\b|final-recipient:", text[:6000], re.I))


def _is_auto_reply(head: Head, found: ParsedMail, parts: CollectedBody) -> bool:
    submitted = _token(head.first("auto-submitted"))  # RFC 3834 5
    if submitted and submitted != "no":
        return True
    if "disposition-notification" in parts.report:  # RFC 8098: a read receipt
        return True
    names = {name for name, _ in head.fields}
    if names & {"x-autoreply", "x-autorespond", "x-autoresponse", "x-auto-reply", "x-autoreplied"}:
        return True
    if _token(head.first("precedence")) in ("auto_reply", "auto-reply"):
        return True
    if auto_phrases.SUBJECT.match(found.subject):
        return True
    suppress = (head.first("x-auto-response-suppress") or "").lower()
    marked = not _SUPPRESS.isdisjoint(re.split(r"[,\s]+", suppress))
    # alone, it stands on many notifications that people should see as mail
    return marked and "x-ms-exchange-inbox-rules-loop" in names


def _message_or_list(head: Head) -> MessageKind:
    if any(name in ("list-id", "list-post") for name, _ in head.fields):
        return MessageKind.LIST
    return MessageKind.LIST if _token(head.first("precedence")) in _BULK else MessageKind.MESSAGE


def _report_type(head: Head) -> str:
    value, rest = split_value(head.first("content-type") or "")
    if value != "multipart/report":
        return ""
    return parameters(rest).get("report-type", "").lower()


def _is_answer(subject: str) -> bool:
    return bool(_ANSWER.match(subject)) and not re.match(
        r"re:\s*(?:returned|undeliver)", subject, re.I
    )


def _token(value: str | None) -> str:
    """The first token of a field, without comments and parameters, in lower case."""
    if not value:
        return ""
    return re.split(r"[;\s,]", re.sub(r"\([^)]*\)", "", value).strip(), maxsplit=1)[0].lower()

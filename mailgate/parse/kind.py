"""What kind of mail it is: a person's message, or one of the things that machines write.

A bounce is known by its report (RFC 3464), the mail it gives back or an SMTP answer, and by words
only where a mail server says them. An empty envelope sender without any of these is an automatic
answer (RFC 3834 3.3). An ordinary mail must never be taken for either.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from helpdesk.vocabulary import MessageKind
from mailgate.parse import absence, bounce, failure, reports
from mailgate.parse.body import CollectedBody
from mailgate.parse.fields import Head, split
from mailgate.parse.mail import AggregateReport, Bounce, BouncedRecipient, ParsedMail
from mailgate.parse.params import parameters, split_value

_SUPPRESS = frozenset({"all", "autoreply", "oof"})
_COMPLAINED = b"x-hmxmroriginalrecipient"
_LONGEST_HEADER = 1 << 16
_BULK = frozenset({"bulk", "list", "junk"})


@dataclass(frozen=True)
class Classified:
    """The kind, and for a report what it says."""

    kind: MessageKind = MessageKind.MESSAGE
    bounce: Bounce | None = None
    report: AggregateReport | None = None


def classify(head: Head, found: ParsedMail, parts: CollectedBody, text: str) -> Classified:
    """Decide the kind of a mail.

    :param found: its header values.
    :param text: its body as text.
    """
    return (
        _complaint(head, found, parts)
        or _aggregate(head, found, parts)
        or _notification(text)
        or _report(head, found, parts, text)
        or _prose_bounce(head, found, parts, text)
        or Classified(
            MessageKind.AUTO_REPLY
            if _is_auto_reply(head, found, parts, text)
            else _message_or_list(head)
        )
    )


def _complaint(head: Head, found: ParsedMail, parts: CollectedBody) -> Classified | None:
    original = parts.report.get("original", b"")
    feedback = parts.report.get("feedback-report", b"")
    is_report = _report_type(head) == "feedback-report"
    if is_report or (feedback and not failure.is_answer(found.subject)):
        recipients = bounce.feedback_recipients(feedback)
    elif _COMPLAINED in original[:_LONGEST_HEADER].lower() and not found.in_reply_to:
        # Microsoft encloses the mail alone, and names the recipient in a field of it
        named = split(original[:_LONGEST_HEADER]).all(_COMPLAINED.decode())
        recipients = [BouncedRecipient(bounce.typed_address(one)) for one in named]
    else:
        return None
    said = bounce.read(head, {"original": original}, "")
    return Classified(
        MessageKind.FEEDBACK_REPORT,
        Bounce(tuple(recipients), said.original_message_id, said.original_mark),
    )


def _aggregate(head: Head, found: ParsedMail, parts: CollectedBody) -> Classified | None:
    report = reports.read_report(head, found, parts.files)
    return Classified(MessageKind.FEEDBACK_REPORT, report=report) if report else None


def _notification(text: str) -> Classified | None:
    notified = bounce.from_notification(text)
    if not notified:
        return None
    kinds: dict[str, MessageKind] = {
        "complaint": MessageKind.FEEDBACK_REPORT,
        "delivery": MessageKind.DELIVERED,
    }
    return Classified(kinds.get(notified[0], MessageKind.BOUNCE), notified[1])


def _report(head: Head, found: ParsedMail, parts: CollectedBody, text: str) -> Classified | None:
    """A machine-readable delivery report (RFC 3464), but not within somebody's forward."""
    if _report_type(head) == "delivery-status":
        return _classified_bounce(head, parts, text)
    is_forwarded = failure.is_answer(found.subject) and not failure.mail_server(head, found)
    if failure.has_status(parts) and not is_forwarded:
        return _classified_bounce(head, parts, text)
    return None


def _prose_bounce(
    head: Head, found: ParsedMail, parts: CollectedBody, text: str
) -> Classified | None:
    if not failure.is_shown(head, found, parts, text):
        return None
    server = failure.mail_server(head, found)
    if server is not failure.MailServer.DAEMON and (
        # RFC 3834 has servers that give mail back say so too
        (
            server is not failure.MailServer.NULL_POSTMASTER
            and _token(head.first("auto-submitted")) == "auto-replied"
        )
        or absence.has_field(head)
        or absence.is_absence_note(head, found, text)
    ):
        return None
    return _classified_bounce(head, parts, text)


def _classified_bounce(head: Head, parts: CollectedBody, text: str) -> Classified:
    said = bounce.read(head, parts.report, text)
    kinds: dict[str, MessageKind] = {
        "delayed": MessageKind.DELAYED,
        "delivered": MessageKind.DELIVERED,
    }
    return Classified(kinds.get(bounce.action_of(said, head, text), MessageKind.BOUNCE), said)


def _is_auto_reply(head: Head, found: ParsedMail, parts: CollectedBody, text: str) -> bool:
    submitted = _token(head.first("auto-submitted"))  # RFC 3834 5
    if submitted and submitted != "no":
        return True
    if "disposition-notification" in parts.report:  # RFC 8098: a read receipt
        return True
    if absence.has_field(head) or failure.has_null_sender(head):
        return True
    if absence.is_absence_note(head, found, text):
        return True
    names = {name for name, _ in head.fields}
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


def _token(value: str | None) -> str:
    """The first token of a field, without comments and parameters, in lower case."""
    if not value:
        return ""
    return re.split(r"[;\s,]", re.sub(r"\([^)]*\)", "", value).strip(), maxsplit=1)[0].lower()

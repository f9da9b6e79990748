"""Make a parsed mail, its stored files and its verdict into the ``Incoming`` of the actions."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from helpdesk.mail_in.incoming import Arrival, Incoming, NamedAddress, ReportedCounts
from helpdesk.text import clean_line
from helpdesk.tickets.content import StoredFile
from helpdesk.vocabulary import Verdict
from mailgate.authenticate import Authentication
from mailgate.filing.forwarded import forwarded_in
from mailgate.filing.long_text import readable, whole_mail
from mailgate.filing.new_part import body_of
from mailgate.parse import MailAddress, ParsedMail
from mailgate.parse.certified import is_provider
from mailgate.parse.mail import AggregateReport
from mailgate.parse.thanks import left_of_mailed_thanks


def incoming_of(
    session: Session,
    arrival: Arrival,
    mail: ParsedMail,
    files: tuple[StoredFile, ...],
    check: Authentication | None,
) -> Incoming:
    """Return the mail as the actions are given it; one too long for a page cut, and attached whole.

    :param check: who sent it, as far as that was checked.
    """
    whole, mail = mail, readable(mail)
    if mail is not whole:
        files = (*files, whole_mail(arrival))
    sender = _named(mail.sender) if mail.sender else None
    body = body_of(session, mail)
    return Incoming(
        arrival=arrival,
        subject=mail.subject,
        sender=sender,
        from_field=sender,
        reply_to=tuple(map(_named, mail.reply_to)),
        to=tuple(map(_named, mail.to)),
        cc=tuple(map(_named, mail.cc)),
        message_id=mail.message_id,
        in_reply_to=mail.in_reply_to,
        references=mail.references,
        kind=mail.kind,
        body=body,
        left_of_thanks=left_of_mailed_thanks(body.reply),
        files=files,
        defects=mail.defects,
        verdict=_verdict(mail, check),
        authentication=check.as_dict() if check else None,
        by_front_server=bool(check and check.by_front_server),
        hold_reason=check.refusal if check else "",
        headers=mail.headers,
        forwarded=forwarded_in(mail, files),
        loop_mark=next((value for name, value in mail.headers if name == "x-postdesk"), ""),
        report=_counts(mail.report) if mail.report else None,
        **_report(mail),
    )


def _verdict(mail: ParsedMail, check: Authentication | None) -> Verdict:
    """The verdict on the sender. What is known of the provider of certified mail goes for whoever
    wrote it, but anybody can look like a provider: only those that are known prove anything."""
    found = check.verdict if check else Verdict.UNKNOWN
    if found == Verdict.PASS and mail.certified_by and not is_provider(mail.certified_by):
        return Verdict.NONE
    return found


def _report(mail: ParsedMail) -> dict[str, Any]:
    """What a machine's report says of a mail of ours."""
    if mail.bounce is None:
        return {}
    said = next((one.diagnostic or one.status for one in mail.bounce.recipients), None)
    return {
        "bounced_message_id": mail.bounce.original_message_id,
        "bounced_mark": mail.bounce.original_mark,
        "bounced_addresses": tuple(one.address for one in mail.bounce.recipients),
        "bounce_words": clean_line(said or ""),
    }


def _counts(report: AggregateReport) -> ReportedCounts:
    return ReportedCounts(
        report.kind,
        report.organisation,
        report.domain,
        report.begins,
        report.ends,
        report.passed,
        report.failed,
        report.dispositions,
        report.policy,
    )


def _named(address: MailAddress) -> NamedAddress:
    return NamedAddress(address.name, address.address)

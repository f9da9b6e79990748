"""Read a mail once more: what the reader makes of it today, beside what is kept; and keep that.

The text, its parts, the files and what is wrong with a mail are brought up to date in place. Where
it stands is not changed, nobody is told, and nothing is filed or sent again: where today's rules
would put it elsewhere, that is said, and a person may move it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from helpdesk.actions.release_mail import release_mail
from helpdesk.actor import Actor
from helpdesk.db import policy_of
from helpdesk.mail_in import routing
from helpdesk.mail_in.held_reading import held_reading
from helpdesk.mail_in.incoming import Incoming
from helpdesk.mail_in.routing import RoutingOutcome
from helpdesk.mail_in.signals import find_signals
from helpdesk.models import Attachment, Comment, InboundMail, InboundState, Ticket
from helpdesk.text import clean_line, fold_address
from helpdesk.tickets.access import check_staff, find_inbound
from helpdesk.tickets.comments import attachment_of
from helpdesk.tickets.content import StoredFile
from helpdesk.tickets.merged import current_ticket
from helpdesk.tickets.people import person_at
from helpdesk.tickets.queue_row import refresh_queue_row
from helpdesk.vocabulary import MACHINE_KINDS, MailboxRight, MessageKind, Verdict

NO_TEXT = "(no text)"
_UNREADABLE = ("could not be read", "too complex to be read", "It could not be")


@dataclass(frozen=True)
class Difference:
    """One thing that the reader sees otherwise today."""

    what: str
    old: str
    new: str
    is_advice: bool = False
    """Only said: it is not changed by keeping today's reading."""


def replay_mail(
    session: Session,
    actor: Actor,
    mail_id: int,
    mail: Incoming,
    failure: str | None,
    *,
    keep: bool,
    now: datetime,
) -> tuple[Difference, ...]:
    """Compare a mail with how it reads today.

    :param mail: as it was read just now; its files are stored already where ``keep`` is set.
    :param failure: why it could not be read, where it could not.
    :param keep: keep today's reading. A second time there is nothing left to keep.
    :raises NotFound, NotAllowed:
    """
    check_staff(actor, "Only staff may have mail read again.", or_system=True)
    right = MailboxRight.MANAGE if keep else MailboxRight.SEE
    row = find_inbound(session, actor, mail_id, right, lock=keep)
    if failure or row.state == InboundState.WAITING:
        return ()
    if row.kind == MessageKind.AUTO_REPLY and not row.envelope_from:
        # Whoever sends from nowhere wants no answer, whatever the mail itself says.
        mail = replace(mail, kind=row.kind)
    comment = session.get(Comment, row.comment_id) if row.comment_id else None
    found = [*_of_row(row, mail), *(_of_comment(comment, mail) if comment else ())]
    if row.state == InboundState.HELD:
        found += _of_held(row, mail)
    if keep:
        _keep(session, actor, row, comment, mail, now)
    if row.state == InboundState.FILED and comment is not None:
        found += _elsewhere(session, row, mail)
    return tuple(found)


def _of_row(row: InboundMail, mail: Incoming) -> Iterable[Difference]:
    for what, old, new in (
        ("subject", row.subject, clean_line(mail.subject)),
        ("kind", row.kind, mail.kind),
        ("sender", row.from_address, _sender_of(row, mail)),
        ("Message-ID", row.message_id or "", mail.message_id or ""),
        ("oddities", "\n".join(row.defects), "\n".join(mail.defects)),
    ):
        if old != new:
            yield Difference(what, old, new)


def _sender_of(row: InboundMail, mail: Incoming) -> str:
    """The sender's address; that which was taken instead (a form's Reply-To) stays."""
    named = {fold_address(one.address) for one in mail.reply_to} | {row.envelope_from.lower()}
    if row.from_address and row.from_address in named:
        return row.from_address
    return fold_address(mail.sender.address) if mail.sender else ""


def _of_comment(comment: Comment, mail: Incoming) -> Iterable[Difference]:
    if _is_own_text(comment):
        for what, name, new in _texts(mail):
            old = getattr(comment, name) or ""
            if old != new:
                yield Difference(what, old, new)
        kind = mail.kind if mail.kind in MACHINE_KINDS else MessageKind.MESSAGE
        if comment.kind != kind:
            yield Difference("kind on the ticket", comment.kind, kind)
    old_files, new_files = _files_text(comment.attachments), _files_text(mail.files)
    if old_files != new_files:
        yield Difference("files", old_files, new_files)


def _is_own_text(comment: Comment) -> bool:
    """Whether the comment says what the mail says: staff's commands and forwards are made over."""
    return not comment.from_staff and not comment.staff_annotation.startswith("Forwarded by")


def _texts(mail: Incoming) -> Iterable[tuple[str, str, str]]:
    has_text = bool(mail.body.text.strip())
    yield "text", "text", mail.body.text if has_text else NO_TEXT
    yield "new part", "reply_text", mail.body.reply if has_text else NO_TEXT
    yield "quoted", "quoted_text", mail.body.quoted if has_text else ""
    yield "signature", "signature_text", mail.body.signature if has_text else ""
    yield "disclaimer", "disclaimer_text", mail.body.disclaimer if has_text else ""
    yield "formatted", "html", (mail.body.html or "") if has_text else ""


def _files_text(files: Iterable[Attachment] | Iterable[StoredFile]) -> str:
    return "\n".join(
        f"{one.filename or 'unnamed'} ({one.content_type}, {one.size} bytes, {one.sha256[:12]})"
        for one in files
    )


def _of_held(row: InboundMail, mail: Incoming) -> list[Difference]:
    if _was_unreadable(row):
        return [Difference("state", f"held: {row.reason}", "released: it can be read now")]
    kept, read = (row.reading or {}).get("text", ""), held_reading(mail)["text"]
    return [Difference("text", kept, read)] if kept != read else []


def _was_unreadable(row: InboundMail) -> bool:
    """Whether it was held because it could not be read, before anything was decided about it."""
    return row.reason.startswith(_UNREADABLE)


def _elsewhere(session: Session, row: InboundMail, mail: Incoming) -> Iterable[Difference]:
    """Where today's rules would put it, if elsewhere. What a person moved stays moved."""
    if row.kind in MACHINE_KINDS or mail.sender is None or row.decision.get("moved"):
        return
    verdict = (row.decision.get("authentication") or {}).get("verdict", Verdict.UNKNOWN)
    if row.decision.get("released_by"):
        verdict = Verdict.UNKNOWN
    person = person_at(session, row.from_address or mail.sender.address)
    decision = routing.decide(
        routing.sender_of(person, verdict),
        find_signals(session, mail, person.id if person else None),
        now=row.received_at,
        strict=policy_of(session).strict,
    )
    began = row.decision.get("outcome") == RoutingOutcome.NEW
    here = session.get(Ticket, row.ticket_id) if row.ticket_id else None
    if here is None or (decision.ticket_id is None and began):
        return
    there = current_ticket(session, decision.ticket_id) if decision.ticket_id else None
    if there is None or there.id != here.id:
        where = there.number if there else "a ticket of its own"
        yield Difference("ticket", here.number, f"{where}: {decision.why}", is_advice=True)


def _keep(
    session: Session,
    actor: Actor,
    row: InboundMail,
    comment: Comment | None,
    mail: Incoming,
    now: datetime,
) -> None:
    row.subject, row.kind = clean_line(mail.subject), mail.kind
    row.from_address, row.message_id = _sender_of(row, mail), mail.message_id
    row.defects = list(mail.defects)
    if row.state == InboundState.HELD:
        if _was_unreadable(row):
            release_mail(session, actor, row.id, now=now)
        else:
            row.reading = held_reading(mail)
    if comment is None:
        return
    if _is_own_text(comment):
        for _, name, new in _texts(mail):
            setattr(comment, name, new or None if name == "html" else new)
        comment.kind = mail.kind if mail.kind in MACHINE_KINDS else MessageKind.MESSAGE
    if _files_text(comment.attachments) != _files_text(mail.files):
        _replace_files(session, comment, mail.files)
    session.flush()
    refresh_queue_row(session, session.get_one(Ticket, comment.ticket_id))


def _replace_files(session: Session, comment: Comment, files: Iterable[StoredFile]) -> None:
    for old in comment.attachments:
        session.delete(old)
    session.flush()
    session.expire(comment, ["attachments"])
    session.add_all(attachment_of(comment.id, file) for file in files)

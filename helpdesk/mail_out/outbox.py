"""The outbox: mails that wait to leave, and what became of each.

Here stands what actions and pages do with it; the workers' side is :mod:`helpdesk.mail_out.claims`.
The database is the outbox's memory: whoever wakes the workers may forget everything.

No function here commits, sends, or looks at a clock: ``now`` is an aware UTC time.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    CursorResult,
    bindparam,
    func,
    literal_column,
    select,
    update,
)
from sqlalchemy.orm import Session

from helpdesk.addr_spec import strict_address
from helpdesk.db import wake
from helpdesk.errors import InvalidInput, NotFound
from helpdesk.mail_out.outgoing import OutgoingMail
from helpdesk.mail_out.subjects import one_line
from helpdesk.mail_out.templates import TEMPLATES, TemplateName, is_wiped
from helpdesk.models import MailQueue, OutboundMail, OutboundState
from helpdesk.rows import add_now, ask, insert_row

# Written out, not as parameters: only so do both databases use the partial indexes on them.
UNSENT: list[ColumnElement[str]] = [
    literal_column(f"'{state}'")
    for state in (OutboundState.QUEUED, OutboundState.DEFERRED, OutboundState.SENDING)
]


@dataclass(frozen=True)
class Waiting:
    """What waits in one queue."""

    due: int
    """How many mails may be sent now."""
    next_at: datetime | None
    """When the next one after those may be."""


def put(
    session: Session, mail: OutgoingMail, *, now: datetime, not_before: datetime | None = None
) -> OutboundMail:
    """Put one mail to one recipient into the outbox, in the caller's transaction.

    :param not_before: when it may leave, for undo and "send later"; at once if not given.
    :raises InvalidInput: where the recipient is no strict addr-spec.
    """
    row = OutboundMail(**_values(mail, now, not_before))
    add_now(session, row)
    if not_before is None or not_before <= now:
        wake(session, row.queue)
    return row


def post(session: Session, mail: OutgoingMail, *, now: datetime) -> None:
    """The same of a mail that leaves at once, and whose row nobody needs: at less cost."""
    values = _values(mail, now, None)
    insert_row(session, OutboundMail, **values)
    wake(session, values["queue"])


def _values(mail: OutgoingMail, now: datetime, not_before: datetime | None) -> dict[str, Any]:
    template = TEMPLATES[mail.template]
    values = dict(mail.values)
    if missing := template.missing_values(values):
        raise ValueError(f"{template.name} needs values: {', '.join(missing)}")
    return {
        "queue": template.queue,
        "template": template.name,
        "values": values,
        "recipient": strict_address(mail.recipient.address),
        "recipient_name": one_line(mail.recipient.name, limit=120),
        "person_id": mail.recipient.person_id,
        "ticket_id": mail.ticket_id,
        "comment_id": mail.comment_id,
        "mailbox_id": mail.mailbox_id,
        "subject": one_line(mail.subject),
        "message_id": mail.message_id,
        "in_reply_to": mail.in_reply_to,
        "references": list(mail.references),
        "reply_to": mail.reply_to,
        "state": OutboundState.QUEUED,
        "next_attempt_at": not_before or now,
        "created_at": now,
    }


def cancel(session: Session, mail_id: int, *, now: datetime) -> bool:
    """Take back a mail that has not left. False where it is too late for that."""
    changed = session.execute(
        update(OutboundMail)
        .where(
            OutboundMail.id == mail_id,
            OutboundMail.state.in_((OutboundState.QUEUED, OutboundState.DEFERRED)),
        )
        .values(state=OutboundState.CANCELLED, next_attempt_at=now)
        .execution_options(synchronize_session=False)
    )
    assert isinstance(changed, CursorResult)
    return changed.rowcount == 1


SENDABLE_AGAIN = (
    OutboundState.FAILED,
    OutboundState.BOUNCED,
    OutboundState.UNCERTAIN,
    OutboundState.CANCELLED,
)


def send_again(session: Session, mail_id: int, *, now: datetime) -> None:
    """Send a mail once more because a person said so: same Message-ID, same bytes, new five days.

    :raises NotFound: where there is no such mail.
    :raises InvalidInput: where its state, or its secret content, does not allow it.
    """
    mail = session.get(OutboundMail, mail_id, with_for_update=True)
    if mail is None:
        raise NotFound("There is no such mail in the outbox.")
    if mail.state not in SENDABLE_AGAIN:
        raise InvalidInput("state", f"This mail is {mail.state}; it needs no sending again.")
    if is_wiped(mail.template, mail.values):
        raise InvalidInput("state", "Its link was wiped; ask for a new one instead.")
    cancel_mail_to_author(session, mail, now)
    mail.state = OutboundState.QUEUED
    mail.attempt_count = 0
    mail.first_attempt_at = None
    mail.next_attempt_at = now
    wake(session, mail.queue)


def cancel_mail_to_author(session: Session, mail: OutboundMail, now: datetime) -> None:
    """Cancel the mail that tells the author of a failure: a person takes care of it now."""
    told = OutboundMail
    waiting = session.scalars(
        select(told).where(
            told.comment_id == mail.comment_id,
            told.template == TemplateName.DELIVERY_FAILED_STAFF,
            told.state == OutboundState.QUEUED,
            told.next_attempt_at > now,
        )
    )
    for each in waiting:
        if each.values.get("recipient") == mail.recipient:
            each.state = OutboundState.CANCELLED


def count_unsent(session: Session) -> int:
    """How many mails have not left: those that wait for their time, and those being sent."""
    asked = select(func.count()).where(OutboundMail.state.in_(UNSENT))
    return session.scalar(asked) or 0


_QUEUES_DUE = (
    select(OutboundMail.queue)
    .where(
        OutboundMail.state.in_(UNSENT),
        OutboundMail.state != OutboundState.SENDING,
        OutboundMail.next_attempt_at <= bindparam("now", type_=OutboundMail.next_attempt_at.type),
    )
    .distinct()
)


def queues_due(session: Session, now: datetime) -> frozenset[MailQueue]:
    """The queues in which any mail may be sent now."""
    return frozenset(ask(session, _QUEUES_DUE, now=now).scalars())


def due(session: Session, now: datetime) -> dict[str, Waiting]:
    """What waits in each queue that has anything waiting."""
    mail = OutboundMail
    is_due = mail.next_attempt_at <= now
    rows = session.execute(
        select(
            mail.queue,
            func.count().filter(is_due),
            func.min(mail.next_attempt_at).filter(~is_due),
        )
        .where(mail.state.in_(UNSENT), mail.state != OutboundState.SENDING)
        .group_by(mail.queue)
    )
    return {queue: Waiting(count, next_at) for queue, count, next_at in rows}

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
    func,
    literal_column,
    select,
    update,
)
from sqlalchemy.orm import Session

from helpdesk.addr_spec import strict_address
from helpdesk.db import add_now, wake
from helpdesk.errors import InvalidInput, NotFound
from helpdesk.mail_out.subjects import one_line
from helpdesk.mail_out.templates import QUEUES, SECRET, VALUES_OF, missing_values
from helpdesk.models import OutboundMail

# Written out, not as parameters: only so do both databases use the partial indexes on them.
UNSENT: list[ColumnElement[str]] = [
    literal_column(f"'{state}'") for state in ("queued", "deferred", "sending")
]


@dataclass(frozen=True)
class Waiting:
    """What waits in one queue."""

    due: int
    """How many mails may be sent now."""
    next_at: datetime | None
    """When the next one after those may be."""


def put(
    session: Session,
    *,
    template: str,
    values: dict[str, Any],
    recipient: str,
    recipient_name: str,
    person_id: int | None,
    ticket_id: int | None,
    comment_id: int | None,
    mailbox_id: int | None,
    subject: str,
    message_id: str,
    in_reply_to: str,
    references: list[str],
    reply_to: str,
    queue: str,
    now: datetime,
    not_before: datetime | None = None,
) -> OutboundMail:
    """Put one mail to one recipient into the outbox, in the caller's transaction.

    :param template: a name of :data:`helpdesk.mail_out.templates.VALUES_OF`, with its ``values``.
    :param message_id: without angle brackets, as are ``in_reply_to`` and ``references``.
    :param queue: a name of :data:`helpdesk.mail_out.templates.QUEUES`.
    :param not_before: when it may leave, for undo and "send later"; at once if not given.
    :raises InvalidInput: where the recipient is no strict addr-spec.
    """
    if template not in VALUES_OF or queue not in QUEUES:
        raise ValueError(f"no such template or queue: {template}, {queue}")
    if missing := missing_values(template, values):
        raise ValueError(f"{template} needs values: {', '.join(missing)}")
    mail = OutboundMail(
        queue=queue,
        template=template,
        values=values,
        recipient=strict_address(recipient),
        recipient_name=one_line(recipient_name, limit=120),
        person_id=person_id,
        ticket_id=ticket_id,
        comment_id=comment_id,
        mailbox_id=mailbox_id,
        subject=one_line(subject),
        message_id=message_id,
        in_reply_to=in_reply_to,
        references=references,
        reply_to=reply_to,
        state="queued",
        next_attempt_at=not_before or now,
        created_at=now,
    )
    add_now(session, mail)
    if not_before is None or not_before <= now:
        wake(session, queue)
    return mail


def cancel(session: Session, mail_id: int, *, now: datetime) -> bool:
    """Take back a mail that has not left. False where it is too late for that."""
    changed = session.execute(
        update(OutboundMail)
        .where(OutboundMail.id == mail_id, OutboundMail.state.in_(("queued", "deferred")))
        .values(state="cancelled", next_attempt_at=now)
        .execution_options(synchronize_session=False)
    )
    assert isinstance(changed, CursorResult)
    return changed.rowcount == 1


SENDABLE_AGAIN = ("failed", "bounced", "uncertain", "cancelled")


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
    if mail.template in SECRET and missing_values(mail.template, mail.values):
        raise InvalidInput("state", "Its link was wiped; ask for a new one instead.")
    drop_notice(session, mail, now)
    mail.state = "queued"
    mail.attempt_count = 0
    mail.first_attempt_at = None
    mail.next_attempt_at = now
    wake(session, mail.queue)


def drop_notice(session: Session, mail: OutboundMail, now: datetime) -> None:
    """Its author need not be told any more of a mail whose fate a person has taken in hand."""
    notice = OutboundMail
    waiting = session.scalars(
        select(notice).where(
            notice.comment_id == mail.comment_id,
            notice.template == "delivery_failed_staff",
            notice.state == "queued",
            notice.next_attempt_at > now,
        )
    )
    for each in waiting:
        if each.values.get("recipient") == mail.recipient:
            each.state = "cancelled"


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
        .where(mail.state.in_(UNSENT), mail.state != "sending")
        .group_by(mail.queue)
    )
    return {queue: Waiting(count, next_at) for queue, count, next_at in rows}

"""Lanes: which mails leave by their mailbox's own relay, and which by the installation's.

A mail that belongs to no mailbox (a sign-in link) leaves from the first one, and so by its relay.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session

from helpdesk.mail_out.outbox import UNSENT
from helpdesk.models import Mailbox, MailboxRelay, OutboundMail, OutboundState

FIRST_MAILBOX = select(func.min(Mailbox.id)).where(Mailbox.removed_at.is_(None)).scalar_subquery()
_FROM = func.coalesce(OutboundMail.mailbox_id, FIRST_MAILBOX, 0)
_OWN_RELAYS = select(MailboxRelay.mailbox_id)
_BY_NO_LANE = _FROM.not_in(_OWN_RELAYS)


def leaves_by(lane: int | None) -> ColumnElement[bool]:
    """Whether a mail leaves by this mailbox's own relay; None: by that of the installation.

    Asked of the table at each claim: from the moment that a relay is set, or taken away, each mail
    has its own way and no other.
    """
    if lane is None:
        return _BY_NO_LANE
    return and_(_FROM.in_([lane]), _FROM.in_(_OWN_RELAYS))


def any_lanes(session: Session) -> bool:
    """Whether any mailbox has a relay of its own."""
    return session.scalar(select(MailboxRelay.id).limit(1)) is not None


def due_lanes(session: Session, queue: str, now: datetime) -> set[int]:
    """The mailboxes with a relay of their own for which mail of this queue is due."""
    mail = OutboundMail
    chosen = select(_FROM).where(
        mail.state.in_(UNSENT),
        mail.state != OutboundState.SENDING,
        mail.queue == queue,
        mail.next_attempt_at <= now,
        _FROM.in_(_OWN_RELAYS),
    )
    return set(session.scalars(chosen.distinct()))

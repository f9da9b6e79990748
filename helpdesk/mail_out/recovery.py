"""Mails of the outbox that stand still, and how the sweep sets them going again: those that a dead
worker had claimed, and those that wait for the time of a clock that was set back.

No function here commits, sends, or looks at a clock: ``now`` is an aware UTC time.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from helpdesk.db import wake
from helpdesk.mail_out.claims import LONGEST_DELAY, Attempt, backoff, log_attempt
from helpdesk.mail_out.outbox import UNSENT
from helpdesk.models import AttemptOutcome, OutboundMail, OutboundState

CLOCK_DRIFT = timedelta(minutes=5)
"""Clocks of several machines differ so far; what is further off was set back."""
SOON = timedelta(minutes=1)
"""Longer than any time to undo: a mail put in to leave so soon was not meant for later."""


AT_ONCE = 500


def held_up_by_clock(session: Session, now: datetime) -> list[int]:
    """The mails that wait only because a clock was set back.

    A mail to be sent at once that was put in "tomorrow", and one that is to be tried again later
    than the longest delay there is, would else wait for the old clock's time.
    """
    mail = OutboundMail
    far = session.execute(
        select(mail.id, mail.state, mail.created_at, mail.next_attempt_at).where(
            mail.state.in_(UNSENT),
            mail.state != OutboundState.SENDING,
            mail.next_attempt_at > now + CLOCK_DRIFT,
        )
    )
    return [
        mail_id
        for mail_id, state, created_at, at in far
        if (at - created_at <= SOON if state == OutboundState.QUEUED else at - now > LONGEST_DELAY)
    ]


def bring_forward(session: Session, mail_ids: Sequence[int], now: datetime) -> None:
    """Make these due: at most ``AT_ONCE``, so that others write between."""
    mail = OutboundMail
    session.execute(
        update(mail)
        .where(mail.id.in_(mail_ids), mail.state != OutboundState.SENDING)
        .values(next_attempt_at=now)
        .execution_options(synchronize_session=False)
    )


def current_leases(session: Session) -> dict[int, datetime | None]:
    """Return the mails that are being sent, and until when the lease of each runs."""
    mail = OutboundMail
    rows = session.execute(
        select(mail.id, mail.lease_until).where(mail.state == OutboundState.SENDING)
    )
    return {row.id: row.lease_until for row in rows}


def recover(session: Session, unrenewed: Mapping[int, datetime | None], now: datetime) -> int:
    """Set free the mails of a dead worker: those whose lease still is what it was when last seen.

    The caller has watched the leases for their whole length by a clock that cannot jump, so that
    neither a clock set forward takes a mail from a living worker, nor one set back keeps a dead
    one's. They are sent again with the same Message-ID and bytes, also where a relay took one of
    them already. A mail whose worker died three times may be what it dies of: from then on it
    waits, longer each time, and the others go on without it.
    """
    freed = 0
    for mail_id, lease_until in unrenewed.items():
        row = session.execute(
            select(OutboundMail.attempt_count, OutboundMail.queue)
            .where(
                OutboundMail.id == mail_id,
                OutboundMail.state == OutboundState.SENDING,
                OutboundMail.lease_until == lease_until,
            )
            .with_for_update(skip_locked=True)
        ).one_or_none()
        if row is None:
            continue
        attempts, queue = row
        delay = backoff(attempts - 1) if attempts >= 2 else timedelta()
        session.execute(
            update(OutboundMail)
            .where(OutboundMail.id == mail_id)
            .values(
                state=OutboundState.QUEUED,
                claimed_by=None,
                lease_until=None,
                attempt_count=attempts + 1,
                next_attempt_at=now + delay,
            )
            .execution_options(synchronize_session=False)
        )
        log_attempt(session, mail_id, AttemptOutcome.STOPPED, now=now, attempt=_STOPPED)
        wake(session, queue)
        freed += 1
    return freed


_STOPPED = Attempt(text="The worker stopped before it noted an answer; sent again as it was.")

"""Claims: how workers share the outbox, and what they record of each mail.

A worker claims due mails by a conditional update, with a lease that it renews while it lives, sends
them with no transaction open, and records the outcome of each; it counts only while the claim is
still the worker's own. What a dead worker had claimed is set free again
(:mod:`helpdesk.mail_out.recovery`) and sent with the same Message-ID and bytes.

No function here commits, sends, or looks at a clock: ``now`` is an aware UTC time.
"""

from __future__ import annotations

import random
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import Session

from helpdesk.mail_out import claim_statements
from helpdesk.mail_out.subjects import one_line
from helpdesk.mail_out.templates import SECRET
from helpdesk.models import (
    AttemptOutcome,
    DeliveryAttempt,
    MailQueue,
    OutboundMail,
    OutboundState,
)
from helpdesk.rows import ask, insert_row

LEASE = timedelta(seconds=15)
FIRST_DELAY = timedelta(minutes=1)
LONGEST_DELAY = timedelta(hours=4)
LONGEST_DELAY_UNREACHABLE = timedelta(minutes=15)
"""Where no relay could be reached at all, it says nothing about the mail: tried more often."""
GIVE_UP_AFTER = timedelta(days=5)
MOST_WORDS = 1000


@dataclass(frozen=True)
class ClaimedMail:
    """All that is needed to write and send one mail, so that no transaction stays open for it."""

    id: int
    queue: MailQueue
    template: str
    values: dict[str, Any]
    recipient: str
    recipient_name: str
    subject: str
    message_id: str
    in_reply_to: str
    references: list[str]
    reply_to: str
    rendered_sha256: str | None
    attempt_count: int
    created_at: datetime
    ticket_id: int | None
    comment_id: int | None
    ticket_number: str | None
    ticket_subject: str | None
    link_generation: int | None
    mailbox_address: str | None
    mailbox_name: str | None
    mailbox_signature: str | None
    mailbox_colour: str | None
    mailbox_language: str | None = None
    person_id: int | None = None
    ticket_language: str | None = None
    """What its requester writes on the ticket, where it goes to them."""
    person_language: str | None = None
    """The recipient's own, where they have one."""
    person_time_zone: str | None = None
    rendered_at: datetime | None = None
    """When it was first written to be sent."""
    inbound_name: str | None = None
    """The spool name of the mail that it answers, for the log: of its own message, else the last
    one that came to its ticket before."""


@dataclass(frozen=True)
class Attempt:
    """What one try came to: which relay, whether encrypted, and its own words."""

    relay: str = ""
    tls: bool = False
    code: int | None = None
    text: str = ""


def claim(
    session: Session,
    *,
    worker: str,
    queue: str,
    now: datetime,
    limit: int = 50,
    lane: int | None = None,
) -> list[ClaimedMail]:
    """Take up to ``limit`` due mails for ``worker``, the longest due first.

    No other worker gets them while the lease holds (:data:`LEASE`, see :func:`renew`). A mail waits
    while an earlier one to the same recipient on the same ticket is due, deferred or being sent.

    :param lane: of the mails that leave by this mailbox's own relay; else of all others.
    """
    ids = (
        ask(session, claim_statements.due(lane), queue=queue, now=now, limit=limit).scalars().all()
    )
    if not ids:
        return []
    ask(session, claim_statements.TAKE, ids=ids, worker=worker, now=now, lease=now + LEASE)
    return read_mails(session, ids)


def read_mails(session: Session, ids: Collection[int]) -> list[ClaimedMail]:
    """All that is needed to write these mails."""
    return [ClaimedMail(**row) for row in ask(session, claim_statements.READ, ids=ids).mappings()]


def renew(session: Session, ids: Collection[int], worker: str, now: datetime) -> set[int]:
    """Hold the lease of these mails for another 15 s. Returns the ids that are still ours."""
    if not ids:
        return set()
    return set(
        session.scalars(
            update(OutboundMail)
            .where(OutboundMail.id.in_(ids), *_is_claimed_by(worker))
            .values(lease_until=now + LEASE)
            .returning(OutboundMail.id)
            .execution_options(synchronize_session=False)
        )
    )


@dataclass(frozen=True)
class Rendering:
    """When a mail was first written, and under which key its bytes are kept; None: nowhere."""

    at: datetime
    sha256: str | None = None


def keep_rendered(session: Session, written: Mapping[int, Rendering], worker: str) -> None:
    """Record when each mail was written and where its bytes are: every attempt sends the same."""
    if written:
        changes = [
            {
                "mail_id": mail_id,
                "worker": worker,
                **claim_statements.new({"rendered_sha256": one.sha256, "rendered_at": one.at}),
            }
            for mail_id, one in written.items()
        ]
        made = claim_statements.change_of("rendered_sha256", "rendered_at")
        session.connection().execute(made, changes)


def give_back(session: Session, ids: Collection[int], worker: str, now: datetime) -> None:
    """Give up the claim on mails that were not tried after all: they are due again at once."""
    if not ids:
        return
    session.execute(
        update(OutboundMail)
        .where(OutboundMail.id.in_(ids), *_is_claimed_by(worker))
        .values(state=OutboundState.QUEUED, next_attempt_at=now, claimed_by=None, lease_until=None)
        .execution_options(synchronize_session=False)
    )


def mark_sent(
    session: Session, mail: ClaimedMail, worker: str, *, now: datetime, attempt: Attempt
) -> bool:
    """The relay has answered 250: the mail is its own now. False where the claim was lost."""
    return _mark(session, mail, worker, OutboundState.SENT, now, attempt, sent_at=now)


def mark_failed(
    session: Session, mail: ClaimedMail, worker: str, *, now: datetime, attempt: Attempt
) -> bool:
    """The relay has refused it for good, or it cannot be written: not tried again by itself."""
    return _mark(session, mail, worker, OutboundState.FAILED, now, attempt)


def mark_uncertain(
    session: Session, mail: ClaimedMail, worker: str, *, now: datetime, attempt: Attempt
) -> bool:
    """The connection was lost after the last byte and before the answer: a person decides."""
    return _mark(session, mail, worker, OutboundState.UNCERTAIN, now, attempt)


def mark_deferred(
    session: Session,
    mail: ClaimedMail,
    worker: str,
    *,
    now: datetime,
    attempt: Attempt,
    reached: bool = True,
) -> str:
    """Not now: tried again after 1 min, 2 min … 4 h, with jitter; after five days it failed.

    :param reached: False where no relay could be reached at all (then at most 15 min apart).
    :returns: the new state, ``deferred`` or ``failed``; empty where the claim was lost.
    """
    first = session.scalar(select(OutboundMail.first_attempt_at).where(OutboundMail.id == mail.id))
    if first is not None and now - first >= GIVE_UP_AFTER:
        state = OutboundState.FAILED
        marked = mark_failed(session, mail, worker, now=now, attempt=attempt)
    else:
        state = OutboundState.DEFERRED
        delay = backoff(mail.attempt_count + 1, reached=reached)
        marked = _mark(session, mail, worker, state, now, attempt, next_attempt_at=now + delay)
    return state if marked else ""


def backoff(attempts: int, *, reached: bool = True) -> timedelta:
    """How long to wait after so many attempts: doubled each time, up to a quarter of it added."""
    longest = LONGEST_DELAY if reached else LONGEST_DELAY_UNREACHABLE
    delay: timedelta = min(FIRST_DELAY * 2 ** min(attempts - 1, 10), longest)
    jitter = 1 + random.random() / 4  # noqa: S311 (no secret)
    return min(delay * jitter, LONGEST_DELAY)


def _mark(
    session: Session,
    mail: ClaimedMail,
    worker: str,
    state: OutboundState,
    now: datetime,
    attempt: Attempt,
    **more: Any,
) -> bool:
    changes = {
        "state": state,
        "attempt_count": mail.attempt_count + 1,
        "claimed_by": None,
        "lease_until": None,
        **more,
    }
    if state in (OutboundState.SENT, OutboundState.FAILED) and mail.template in SECRET:
        changes["values"] = {}
    # The attempt happened, whoever holds the mail by now: it is logged either way.
    log_attempt(session, mail.id, AttemptOutcome(state), now=now, attempt=attempt)
    return _change(session, mail.id, worker, changes)


def log_attempt(
    session: Session, mail_id: int, outcome: AttemptOutcome, *, now: datetime, attempt: Attempt
) -> None:
    """Record one try. What it means for the mail is for the caller to record."""
    insert_row(
        session,
        DeliveryAttempt,
        outbound_mail_id=mail_id,
        at=now,
        relay=attempt.relay,
        tls=attempt.tls,
        code=attempt.code,
        text=one_line(attempt.text, limit=MOST_WORDS),
        outcome=outcome,
    )


def _change(session: Session, mail_id: int, worker: str, changes: dict[str, Any]) -> bool:
    made = claim_statements.change_of(*changes)
    values = claim_statements.new(changes)
    return ask(session, made, mail_id=mail_id, worker=worker, **values).rowcount == 1


def _is_claimed_by(worker: str) -> tuple[ColumnElement[bool], ...]:
    return (OutboundMail.state == OutboundState.SENDING, OutboundMail.claimed_by == worker)

"""How long what is over is kept, and what is old enough to go: see decision 40."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    TextClause,
    exists,
    func,
    or_,
    select,
    text,
    union_all,
)
from sqlalchemy.orm import Session, aliased

from helpdesk.models import (
    AuditEntry,
    Comment,
    InboundMail,
    OutboundMail,
    RetentionKind,
    RetentionRule,
    SavedDraft,
    Ticket,
    TicketLink,
    TicketLinkKind,
    TicketMerge,
)
from helpdesk.models.inbound_mail import DECIDED_WITH_RAW
from helpdesk.models.ticket import CLOSED
from helpdesk.vocabulary import Status

GRACE = timedelta(days=1)
"""Nothing goes by an age that was set or made shorter, before so long has passed."""
LEAST_DAYS: dict[RetentionKind, int] = {
    # The figures over time look back 90 days: what is deleted is in none of them any more.
    RetentionKind.TICKETS: 90,
    RetentionKind.SPAM: 1,
    RetentionKind.RAW_MAIL: 30,
    RetentionKind.LOG: 30,
}
MOST_DAYS = 7300
NIGHT = 2
"""The hour, in UTC, at which what is old enough begins to go."""
_ON_ITS_WAY = "state IN ('queued', 'deferred', 'sending')"
_ENDED = "rendered_sha256 IS NOT NULL AND state IN ('sent', 'failed', 'bounced', 'cancelled')"


Conditions = tuple[ColumnElement[bool] | TextClause, ...]
"""Some are word for word as an index has them: only so is that used."""


@dataclass(frozen=True)
class Age:
    """An age as it was chosen, and what holds until it does."""

    days: int | None = None
    days_before: int | None = None
    begins_at: datetime | None = None

    def at(self, moment: datetime) -> int | None:
        """The days that count at a moment; None: all is kept."""
        return self.days_before if self.begins_at and moment < self.begins_at else self.days


def rules(session: Session) -> dict[RetentionKind, RetentionRule]:
    """What was chosen, by kind; there is none for what never was."""
    return {RetentionKind(rule.kind): rule for rule in session.scalars(select(RetentionRule))}


def age_of(rule: RetentionRule | None) -> Age:
    """The age that a rule says."""
    return Age(rule.days, rule.days_before, rule.begins_at) if rule else Age()


def changed_age(age: Age, days: int | None, now: datetime) -> Age:
    """The age after somebody chose another: what would delete more waits for ``GRACE``."""
    current = age.at(now)
    if days is None or (current is not None and days >= current):
        return Age(days)
    return Age(days, current, now + GRACE)


def night_of(now: datetime) -> datetime:
    """When the last night's run was to begin."""
    now = now.astimezone(UTC)
    night = now.replace(hour=NIGHT, minute=0, second=0, microsecond=0)
    return night if night <= now else night - timedelta(days=1)


def first_run(age: Age, now: datetime) -> datetime:
    """When the first run begins that goes by this age."""
    after = max(now, age.begins_at or now)
    night = night_of(after)
    return night if night == after else night + timedelta(days=1)


def old_tickets(cutoff: datetime) -> Conditions:
    """What a closed ticket must meet that may go: it was closed, and written on last, before then.

    One that another waits for stays, and one with a draft or a mail that has not left.
    """
    newer = exists().where(Comment.ticket_id == Ticket.id, Comment.created_at >= cutoff)
    return (
        text(CLOSED),
        Ticket.closed_at < cutoff,
        # Nearly all are told apart by this alone: a message changes the ticket.
        or_(Ticket.updated_at < cutoff, ~newer),
        *_free(),
    )


def old_spam(cutoff: datetime) -> Conditions:
    """What a ticket must meet that has been in spam since before then."""
    in_spam = text("ticket.folder = 'spam' AND ticket.put_away_at IS NOT NULL")
    return (in_spam, Ticket.put_away_at < cutoff, *_free())


def old_raw(cutoff: datetime) -> Conditions:
    """What an inbound mail must meet whose original may go."""
    return (text(DECIDED_WITH_RAW), InboundMail.received_at < cutoff)


def old_rendered(cutoff: datetime) -> Conditions:
    """What an outbound mail must meet whose written copy may go."""
    return (text(_ENDED), OutboundMail.created_at < cutoff)


def old_log(cutoff: datetime) -> Conditions:
    """What a line of the log must meet that may go."""
    return (AuditEntry.created_at < cutoff,)


@cache
def _free() -> Conditions:
    """Few tickets are not: they are asked for once, and not of each ticket."""
    return (
        Ticket.id.not_in(_held()),
        Ticket.id.not_in(select(TicketMerge.ticket_id)),
        # SQLite would give its id to the next one, and old links would lead there.
        Ticket.id + 0 < select(func.max(Ticket.id)).scalar_subquery(),  # by no index of ids
    )


def _held() -> Select[Any]:
    child, parent = aliased(Ticket), aliased(Ticket)
    parts = select(TicketLink).where(TicketLink.kind == TicketLinkKind.CHILD).subquery()
    return select(
        union_all(
            select(SavedDraft.ticket_id).where(SavedDraft.ticket_id.is_not(None)),
            select(OutboundMail.ticket_id).where(
                text(_ON_ITS_WAY), OutboundMail.ticket_id.is_not(None)
            ),
            select(parts.c.other_id)
            .join(child, child.id == parts.c.ticket_id)
            .where(child.status != Status.CLOSED),
            select(parts.c.ticket_id)
            .join(parent, parent.id == parts.c.other_id)
            .where(parent.status != Status.CLOSED),
        )
        .subquery()
        .c[0]
    )

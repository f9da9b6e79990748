"""The ledger: accepted = waiting + filed + held + set aside, or something is wrong."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from helpdesk.models import InboundMail


@dataclass(frozen=True)
class Ledger:
    """The counts. ``accepted`` comes from the gateway's own journal, not from these rows."""

    accepted: int
    waiting: int
    filed: int
    held: int
    set_aside: int

    @property
    def difference(self) -> int:
        """Mails that were accepted and are nowhere (positive), or the reverse. 0 is right."""
        return self.accepted - self.waiting - self.filed - self.held - self.set_aside


@dataclass(frozen=True)
class HeldMail:
    """A mail in quarantine, as the ledger lists it."""

    id: int
    received_at: datetime
    reason: str
    subject: str
    from_address: str
    size: int


def ledger(session: Session, *, accepted: int, waiting: int) -> Ledger:
    """The ledger of now.

    :param accepted: how many mails the spool's journal counts.
    :param waiting: how many stand in the spool and have no row yet.
    """
    rows = session.execute(select(InboundMail.state, func.count()).group_by(InboundMail.state))
    by_state = dict(rows.all())
    return Ledger(
        accepted=accepted,
        # Mails that a person released wait once more, in the database.
        waiting=waiting + by_state.get("waiting", 0),
        filed=by_state.get("filed", 0),
        held=by_state.get("held", 0),
        set_aside=by_state.get("set_aside", 0),
    )


def already_recorded(session: Session, spool_names: list[str]) -> set[str]:
    """Which of these mails have a row: decided, but not yet gone from the spool."""
    recorded: set[str] = set()
    for start in range(0, len(spool_names), 500):
        part = spool_names[start : start + 500]
        recorded |= set(
            session.scalars(select(InboundMail.spool_name).where(InboundMail.spool_name.in_(part)))
        )
    return recorded


def held_mails(session: Session, limit: int = 100) -> tuple[HeldMail, ...]:
    """The mails in quarantine, newest first."""
    rows = session.scalars(
        select(InboundMail)
        .where(InboundMail.state == "held")
        .order_by(InboundMail.id.desc())
        .limit(limit)
    )
    return tuple(
        HeldMail(row.id, row.received_at, row.reason, row.subject, row.from_address, row.size)
        for row in rows
    )

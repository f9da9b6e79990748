"""The ledger: accepted = waiting + filed + held + set aside, or something is wrong."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from helpdesk.db import Database
from helpdesk.identity import known_spool_id
from helpdesk.mail_in.journal import JournalReader
from helpdesk.models import Gateway, InboundMail, InboundState
from helpdesk.queries.gateways import GatewayView, gateways, rows_of_gateway


@dataclass(frozen=True)
class GatewayCount:
    """What one gateway accepted, and how much of it has no row yet."""

    name: str
    accepted: int
    waiting: int
    difference: int
    """Mails that were accepted there and are nowhere (positive), or the reverse."""


@dataclass(frozen=True)
class Ledger:
    """The counts of all gateways. ``accepted`` comes from their journals, not from these rows."""

    accepted: int
    waiting: int
    filed: int
    held: int
    set_aside: int
    elsewhere: tuple[GatewayCount, ...] = ()
    """Of these, what the gateways counted whose spools are others than the one that was asked."""
    troubles: tuple[tuple[str, str], ...] = ()
    """The gateways, on whatever machine, that take or file no mail just now, and why not."""

    @property
    def difference(self) -> int:
        """Mails that were accepted and are nowhere (positive), or the reverse. 0 is right."""
        return self.accepted - self.waiting - self.filed - self.held - self.set_aside

    @property
    def is_even(self) -> bool:
        """Whether it is right, and of each gateway, too: one's may make up for another's."""
        return self.difference == 0 and not any(one.difference for one in self.elsewhere)


@dataclass(frozen=True)
class QuarantinedMail:
    """A mail in quarantine, as the ledger lists it."""

    id: int
    received_at: datetime
    reason: str
    subject: str
    from_address: str
    size: int


def current_ledger(spool_dir: Path, database: Database, *, tries: int = 20) -> Ledger:
    """The ledger as it is now, while mails may be moving: counted again until it belongs together.

    A mail passes from the spool into the database between one count and the next, so only a
    difference that is there every time counts, and that is more than came meanwhile.

    :param spool_dir: the gateway's spool; empty where it never ran.
    :param tries: how often to look, a tenth of a second apart.
    :raises OSError: the spool cannot be read.
    """
    for attempt in range(tries):
        if attempt:
            time.sleep(0.1)
        before = journal_of(spool_dir).count()
        counts = _count(spool_dir, database, before)
        if counts.difference == 0:
            return counts
    came = journal_of(spool_dir).count() - before
    return replace(counts, accepted=counts.accepted + what_came(counts.difference, came))


def what_came(difference: int, came: int) -> int:
    """How many more were accepted, where that alone makes a difference: 0 where it does not.

    Mails that are accepted after the journal was read stand in the spool, or have a row, when
    those are counted: in a burst without end no count belongs together.

    :param difference: what was accepted less what was found.
    :param came: how many were accepted while it was counted.
    """
    return -difference if -came <= difference < 0 else 0


def _count(spool_dir: Path, database: Database, accepted: int) -> Ledger:
    names = waiting_names(spool_dir)
    own = known_spool_id(spool_dir)
    with database.reading() as session:
        recorded = already_recorded(session, names)
        every = gateways(session)
        others = [_of(session, one) for one in every if one.spool_id != own]
        accepted += sum(one.accepted for one in others)
        waiting = len(names) - len(recorded) + sum(one.waiting for one in others)
        counts = ledger(session, accepted=accepted, waiting=waiting)
        troubles = tuple((one.name, one.trouble) for one in every if one.trouble)
        return replace(counts, elsewhere=tuple(others), troubles=troubles)


def _of(session: Session, gateway: GatewayView) -> GatewayCount:
    """What another gateway said last, as it is by the rows of now."""
    rows = rows_of_gateway(
        session,
        gateway.id,
        gateway.counted,
        gateway.counted_to,
        has_older=gateway.has_older,
    )
    accepted, waiting = since_then(gateway.accepted - gateway.difference, gateway.waiting, rows)
    accepted += gateway.difference
    return GatewayCount(gateway.name, accepted, waiting, accepted - waiting - rows)


def since_then(accepted: int, waiting: int, rows: int) -> tuple[int, int]:
    """Return what was accepted and what waits now, by counts that are some seconds old.

    Each row more was waiting then, or came later and is as safe; rows that are fewer are missing.

    :param rows: how many of the mails have a row now.
    """
    more = rows - (accepted - waiting)
    if more <= 0:
        return accepted, waiting
    waiting = max(0, waiting - more)
    return rows + waiting, waiting


def journal_of(spool_dir: Path) -> JournalReader:
    """The journal of a spool."""
    return JournalReader(spool_dir / "journal")


def waiting_names(spool_dir: Path) -> list[str]:
    """The names of the mails that stand in the spool."""
    try:
        return os.listdir(spool_dir / "new")  # noqa: PTH208 (names, not paths: there may be many)
    except FileNotFoundError:
        return []


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
        waiting=waiting + by_state.get(InboundState.WAITING, 0),
        filed=by_state.get(InboundState.FILED, 0),
        held=by_state.get(InboundState.HELD, 0),
        set_aside=by_state.get(InboundState.SET_ASIDE, 0),
    )


def already_recorded(
    session: Session, spool_names: Sequence[str], *, by_spool: str = ""
) -> set[str]:
    """Which of these mails have a row: decided, but not yet gone from the spool.

    :param by_spool: only those that the gateway with this spool accepted.
    """
    asked = select(InboundMail.spool_name)
    if by_spool:
        asked = asked.join(Gateway, Gateway.id == InboundMail.gateway_id)
        asked = asked.where(Gateway.spool_id == by_spool)
    recorded: set[str] = set()
    for start in range(0, len(spool_names), 500):
        part = spool_names[start : start + 500]
        recorded |= set(session.scalars(asked.where(InboundMail.spool_name.in_(part))))
    return recorded


def quarantined_mails(session: Session, limit: int = 100) -> tuple[QuarantinedMail, ...]:
    """The mails in quarantine, newest first."""
    rows = session.scalars(
        select(InboundMail)
        .where(InboundMail.state == InboundState.HELD)
        .order_by(InboundMail.id.desc())
        .limit(limit)
    )
    return tuple(
        QuarantinedMail(
            row.id, row.received_at, row.reason, row.subject, row.from_address, row.size
        )
        for row in rows
    )

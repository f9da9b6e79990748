"""The ledger by the hour: of the mails accepted in each, how many are filed, held and set aside.

An hour is that of the gateway's journal. The rows of the database are counted by the time in their
spool name, which is when the mail began to come; the few that began in one hour and were accepted
in the next are counted where the journal has them.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import BigInteger, cast, func, select
from sqlalchemy.orm import Session

from helpdesk.actor import Actor
from helpdesk.db import Database
from helpdesk.errors import NotAllowed, NotFound
from helpdesk.identity import known_spool_id
from helpdesk.mail_in.journal import HOUR_MICROS, JournalReader, hour_of
from helpdesk.models import InboundMail, InboundState
from helpdesk.queries.gateways import GatewayView, gateways, hours_elsewhere
from helpdesk.queries.ledger import already_recorded, journal_of, since_then, waiting_names
from helpdesk.vocabulary import Role

_HOUR = timedelta(hours=1)
_STATES = (InboundState.FILED, InboundState.HELD, InboundState.SET_ASIDE, InboundState.WAITING)

_Counts = dict[datetime, Counter[str]]


@dataclass(frozen=True)
class LedgerHour:
    """One hour: how many mails were accepted in it, and where these are now."""

    start: datetime
    accepted: int
    filed: int
    held: int
    set_aside: int
    waiting: int

    @property
    def difference(self) -> int:
        """Mails that were accepted and are nowhere (positive), or the reverse. 0 is right."""
        return self.accepted - self.filed - self.held - self.set_aside - self.waiting


def ledger_hours(
    spool_dir: Path,
    database: Database,
    actor: Actor,
    *,
    now: datetime,
    hours: int = 24,
    tries: int = 5,
) -> tuple[LedgerHour, ...]:
    """The last so many hours, oldest first; at most 47, for the journal keeps names no longer.

    Counted again, a tenth of a second apart, while a difference may be a mail on its way.

    :raises NotAllowed: the actor is not staff.
    :raises NotFound: they have some mailboxes only; it counts the mail of all.
    :raises OSError: the spool cannot be read.
    """
    if not actor.is_staff and actor.role != Role.SYSTEM:
        raise NotAllowed("Only staff may see the mails.")
    if not actor.sees_all:
        raise NotFound("The ledger is of all mailboxes.")
    first = _floor(now) - _HOUR * (min(hours, 47) - 1)
    starts = [first + _HOUR * number for number in range(min(hours, 47))]
    found = _count(spool_dir, database, starts)
    for _ in range(tries - 1):
        if not any(hour.difference for hour in found):
            break
        time.sleep(0.1)
        found = _count(spool_dir, database, starts)
    return found


def _count(spool_dir: Path, database: Database, starts: list[datetime]) -> tuple[LedgerHour, ...]:
    journal = journal_of(spool_dir)
    accepted = Counter(journal.per_hour())
    late = _begun_before(journal, starts)
    waiting = waiting_names(spool_dir)
    own = known_spool_id(spool_dir)
    with database.reading() as session:
        others = {one.id: one for one in gateways(session) if one.spool_id != own}
        counts, rows = _recorded(session, starts[0] - _HOUR, others)
        still = set(waiting) - already_recorded(session, waiting)
        states = _states_of(session, list(late))
        for one in hours_elsewhere(session, others, starts[0] - _HOUR):
            of_hour = rows[one.gateway_id, one.hour]
            now_accepted, now_waiting = since_then(one.accepted, one.waiting, of_hour)
            accepted[one.hour] += now_accepted
            counts.setdefault(one.hour, Counter())[InboundState.WAITING] += now_waiting
    for name in still:
        counts.setdefault(hour_of(name), Counter())[InboundState.WAITING] += 1
    for name, hour in late.items():
        state = states.get(name, InboundState.WAITING if name in still else "")
        counts.setdefault(hour_of(name), Counter())[state] -= 1
        counts.setdefault(hour, Counter())[state] += 1
    return tuple(
        LedgerHour(
            start, accepted.get(start, 0), *(counts.get(start, Counter())[s] for s in _STATES)
        )
        for start in starts
    )


def _begun_before(journal: JournalReader, starts: Iterable[datetime]) -> dict[str, datetime]:
    """The mails that were accepted in another hour than they began in, with the former."""
    return {
        name: start
        for start in starts
        for name in journal.names_in(start)
        if not _micros(start) <= name[:16] < _micros(start + _HOUR)
    }


def _recorded(
    session: Session, first: datetime, others: Mapping[int, GatewayView]
) -> tuple[_Counts, Counter[tuple[int, datetime]]]:
    """The rows by hour and state; and those of other gateways by gateway and hour."""
    older = next((one.id for one in others.values() if one.has_older), 0)
    hour = cast(func.substr(InboundMail.spool_name, 1, 16), BigInteger) // HOUR_MICROS
    # Names are compared as text: those that no gateway gave begin with no digit, and stand apart.
    rows = session.execute(
        select(hour, InboundMail.state, InboundMail.gateway_id, func.count())
        .where(InboundMail.spool_name >= _micros(first), InboundMail.spool_name < "9")
        .group_by(hour, InboundMail.state, InboundMail.gateway_id)
    )
    counts: _Counts = {}
    elsewhere: Counter[tuple[int, datetime]] = Counter()
    for number, state, gateway_id, count in rows:
        start = datetime.fromtimestamp(int(number) * 3600, UTC)
        counts.setdefault(start, Counter())[state] += count
        elsewhere[gateway_id or older, start] += count
    return counts, elsewhere


def _states_of(session: Session, names: list[str]) -> dict[str, str]:
    states: dict[str, str] = {}
    for begin in range(0, len(names), 500):
        part = names[begin : begin + 500]
        chosen = select(InboundMail.spool_name, InboundMail.state)
        found = session.execute(chosen.where(InboundMail.spool_name.in_(part)))
        states |= dict(found.all())
    return states


def _micros(moment: datetime) -> str:
    return f"{int(moment.timestamp()) * 1_000_000:016d}"


def _floor(moment: datetime) -> datetime:
    return moment.replace(minute=0, second=0, microsecond=0)

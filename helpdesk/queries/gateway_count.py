"""What a gateway counts of itself, where its spool is: accepted, waiting, and those with a row."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from helpdesk.db import Database
from helpdesk.disks import Kept, Room, disks
from helpdesk.mail_in.journal import hour_of
from helpdesk.models import Gateway, InboundMail
from helpdesk.queries.gateways import rows_of_gateway
from helpdesk.queries.ledger import already_recorded, journal_of, waiting_names, what_came
from helpdesk.settings import Settings

TRIES = 5
HOURS = 48
MANY = 2000
"""Waiting mails above which it is not looked up which of them have a row already."""
SETTLED_AFTER = 600.0
"""Seconds after which no transaction is open any more that gave a row an id as low."""


@dataclass(frozen=True)
class SpoolCount:
    """What a gateway counts of itself; see :class:`helpdesk.models.Gateway`."""

    accepted: int
    waiting: int
    oldest_seconds: int | None
    disk_free: int | None
    disk_is_full: bool
    counted: int
    counted_to: int
    difference: int


HourCounts = dict[datetime, tuple[int, int]]
"""By hour what was accepted in it, and what of that waits."""


class GatewayCounter:
    """Counts again and again, each time only the rows that are new."""

    def __init__(self, settings: Settings, gateway: Gateway) -> None:
        """:param gateway: as its row is; it may be detached."""
        self._settings = settings
        self._spool = settings.spool_dir
        self._id, self._has_older = gateway.id, gateway.has_older
        self._counted, self._counted_to = gateway.counted, gateway.counted_to
        self._difference = gateway.difference
        self._stood = (-1, -1)
        """What was accepted and waited when it was last counted."""
        self._hours: HourCounts = {}
        self._settling: tuple[float, int] | None = None
        """Since when no row was newer, and that row's id."""

    def count(self, database: Database) -> SpoolCount:
        """Count, again while a difference may be a mail on its way.

        :raises OSError: the spool cannot be read.
        """
        known: int | None = 0
        for attempt in range(TRIES):
            time.sleep(0.05 * attempt)
            accepted, names = journal_of(self._spool).count(), waiting_names(self._spool)
            if (accepted, len(names), 0) == (*self._stood, self._difference) and not names:
                break  # nothing came and nothing waited: no row is new
            with database.reading() as session:
                rows = self._rows(session)
                known = len(already_recorded(session, names)) if len(names) <= MANY else None
            if known is None:
                break  # so many wait: the difference stays as it was last counted
            self._difference = accepted - (len(names) - known) - rows
            if not self._difference:
                break
            more = what_came(self._difference, journal_of(self._spool).count() - accepted)
            if more:
                accepted, self._difference = accepted + more, 0
                break
        self._stood = (accepted, len(names))
        free, is_full = self._room()
        return SpoolCount(
            accepted,
            len(names) - (known or 0),
            self._age(names),
            free,
            is_full,
            self._counted,
            self._counted_to,
            self._difference,
        )

    def hours(self, database: Database, now: datetime) -> HourCounts:
        """Count by the hour, as far back as the journal keeps names; those that changed since.

        :raises OSError: the spool cannot be read.
        """
        journal, names = journal_of(self._spool), waiting_names(self._spool)
        this = now.replace(minute=0, second=0, microsecond=0)
        hours = [this - timedelta(hours=back) for back in range(HOURS)]
        accepted = Counter(hour_of(name) for hour in hours for name in journal.names_in(hour))
        with database.reading() as session:
            known = already_recorded(session, names) if len(names) <= MANY else set()
        waiting = Counter(hour_of(name) for name in names if name not in known)
        # The first of them lacks those that were accepted before it.
        found = {hour: (accepted[hour], waiting[hour]) for hour in hours[:-1] if accepted[hour]}
        changed = {hour: one for hour, one in found.items() if self._hours.get(hour) != one}
        self._hours = found
        return changed

    def _rows(self, session: Session) -> int:
        """How many of its mails have a row. What was counted long ago is not counted again."""
        rows = rows_of_gateway(
            session, self._id, self._counted, self._counted_to, has_older=self._has_older
        )
        newest = session.scalar(select(func.max(InboundMail.id))) or 0
        now = time.monotonic()
        if self._settling and now - self._settling[0] > SETTLED_AFTER:
            to = self._settling[1]
            newer = rows_of_gateway(session, self._id, 0, to, has_older=self._has_older)
            self._counted, self._counted_to, self._settling = rows - newer, to, None
        self._settling = self._settling or (now, newest)
        return rows

    def _age(self, names: list[str]) -> int | None:
        """For how long the oldest has waited, in seconds, by this machine's clock alone."""
        if not names:
            return None
        try:
            began = (self._spool / "new" / min(names)).stat().st_mtime
        except FileNotFoundError:  # filed while we looked
            return None
        return max(0, round(time.time() - began))

    def _room(self) -> tuple[int | None, bool]:
        for disk in disks(self._settings):
            if Kept.SPOOL in disk.keeps:
                return disk.free, disk.room is Room.FULL
        return None, False

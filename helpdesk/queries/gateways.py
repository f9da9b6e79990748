"""The gateways and the parts of every machine, as the database last heard of them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from helpdesk.models import Gateway, GatewayHour, InboundMail, RunningPart
from helpdesk.queries.database_clock import database_time

FORGOTTEN_AFTER = timedelta(days=1)
"""A part that said nothing for so long, and is of no gateway, is gone: so is its machine."""
SILENT_AFTER = timedelta(seconds=12)
"""A part that said nothing for so long is taken for stopped. It speaks every five seconds."""
OF_GATEWAY = ("door", "filer")
"""The parts that every gateway has."""


@dataclass(frozen=True)
class PartView:
    """A part on one machine."""

    place: str
    part: str
    machine: str
    version: str
    knows: str
    """The newest migration of its code; empty: code of before that was told."""
    began_at: datetime
    seen_at: datetime
    lives: bool

    @property
    def release(self) -> str:
        """What it is a part of: the version, and the schema that this knows."""
        return f"{self.version} (schema {self.knows})" if self.knows else self.version


@dataclass(frozen=True)
class GatewayView:
    """A gateway: what it counted last, and which of its parts live."""

    id: int
    spool_id: str
    place: str
    name: str
    machine: str
    version: str
    seen_at: datetime
    lives: bool
    """Whether it counted just now."""
    retired: bool
    """Whether it was given up; nothing is expected of it."""
    stopped: tuple[str, ...]
    """Of ``door`` and ``filer`` those that give no sign of life any more."""
    accepted: int
    waiting: int
    oldest_seconds: int | None
    """How old the oldest mail is that waited there when it counted last: it is taken to wait on."""
    disk_free: int | None
    disk_is_full: bool
    difference: int
    counted: int
    counted_to: int
    has_older: bool

    @property
    def lacks_room(self) -> bool:
        """Whether its disk is full, by what it said just now."""
        return self.disk_is_full and self.lives and not self.retired

    @property
    def trouble(self) -> str:
        """What keeps it from taking or filing mail, as “its filer stopped”; empty: nothing."""
        if self.retired:
            return ""
        if self.stopped:
            return f"its {' and its '.join(self.stopped)} stopped"
        return "its disk is full" if self.lacks_room else ""


def gateways(session: Session) -> tuple[GatewayView, ...]:
    """Return every gateway, by name; also those that were given up."""
    now = database_time(session)
    parts = {(one.place, one.part): one for one in running_parts(session)}
    return tuple(
        GatewayView(
            id=row.id,
            spool_id=row.spool_id,
            place=row.place,
            name=row.name,
            machine=row.machine,
            version=row.version,
            seen_at=row.seen_at,
            lives=now - row.seen_at <= SILENT_AFTER,
            retired=row.retired_at is not None,
            stopped=tuple(
                part
                for part in OF_GATEWAY
                if (one := parts.get((row.place, part))) and not one.lives
            ),
            accepted=row.accepted,
            waiting=row.waiting,
            oldest_seconds=_grown(row.oldest_seconds, now - row.seen_at),
            disk_free=row.disk_free,
            disk_is_full=row.disk_is_full,
            difference=row.difference,
            counted=row.counted,
            counted_to=row.counted_to,
            has_older=row.has_older,
        )
        for row in session.scalars(select(Gateway).order_by(Gateway.name))
    )


def machine_with_name(session: Session, name: str, *, besides: str) -> str:
    """The machine of a gateway of this name that is at work; empty where there is none.

    :param besides: the spool of the gateway that asks.
    """
    named = (one for one in gateways(session) if one.name == name and one.lives)
    return next((one.machine for one in named if one.spool_id != besides), "")


def _grown(seconds: int | None, since: timedelta) -> int | None:
    return None if seconds is None else seconds + max(0, int(since.total_seconds()))


def running_parts(session: Session) -> tuple[PartView, ...]:
    """Return the parts of every machine that is there, by machine."""
    now = database_time(session)
    is_there = or_(
        RunningPart.seen_at >= now - FORGOTTEN_AFTER, RunningPart.place.in_(select(Gateway.place))
    )
    order = (RunningPart.machine, RunningPart.place, RunningPart.part)
    return tuple(
        PartView(
            row.place,
            row.part,
            row.machine,
            row.version,
            row.knows,
            row.began_at,
            row.seen_at,
            lives=now - row.seen_at <= SILENT_AFTER,
        )
        for row in session.scalars(select(RunningPart).where(is_there).order_by(*order))
    )


def of_other_versions(
    parts: Collection[PartView], version: str, knows: str
) -> tuple[PartView, ...]:
    """Return the parts that live and are not of this version, as during an upgrade.

    :param knows: the newest migration of this version.
    """
    return tuple(one for one in parts if one.lives and (one.version, one.knows) != (version, knows))


def rows_of_gateway(
    session: Session, gateway_id: int, counted: int, counted_to: int, *, has_older: bool
) -> int:
    """Return how many mails of a gateway have a row in the ledger.

    :param counted: how many of the rows up to the id ``counted_to`` are its own.
    :param has_older: whether those are its own that carry no gateway.
    """
    mine = InboundMail.gateway_id == gateway_id
    if has_older:
        mine = or_(mine, InboundMail.gateway_id.is_(None))
    newer = select(func.count()).where(InboundMail.id > counted_to, mine)
    return counted + (session.scalar(newer) or 0)


def hours_elsewhere(
    session: Session, gateway_ids: Collection[int], first: datetime
) -> tuple[GatewayHour, ...]:
    """Return what these gateways accepted by the hour, from an hour on (its beginning)."""
    if not gateway_ids:
        return ()
    chosen = (GatewayHour.gateway_id.in_(gateway_ids), GatewayHour.hour >= first)
    return tuple(session.scalars(select(GatewayHour).where(*chosen)))

"""Say that a part of Postdesk lives, on whatever machine: every few seconds, in its own row."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, case, delete, func, select, type_coerce, update
from sqlalchemy.orm import Session

from helpdesk.db import take_turns
from helpdesk.models import Gateway, RunningPart
from helpdesk.queries.gateways import FORGOTTEN_AFTER, SILENT_AFTER


@dataclass(frozen=True)
class Here:
    """Where a part runs."""

    place: str
    """Of its data folder: :func:`helpdesk.identity.place_of`."""
    machine: str
    version: str
    knows: str = ""
    """The newest migration that its code has."""


def report_part(session: Session, here: Here, part: str, *, now: datetime) -> None:
    """Note that the part lived just now.

    :param now: by the database's clock.
    """
    if _told(session, here, part, now):
        return
    take_turns(session)  # the part's other process, started with this one, may be just here
    if _told(session, here, part, now):
        return
    session.add(
        RunningPart(place=here.place, part=part, **_as_it_is(here), began_at=now, seen_at=now)
    )
    _forget_old(session, now)


def report_again(session: Session, here: Here, part: str) -> bool:
    """Note that the part lives now, by the clock of PostgreSQL, in one statement.

    :returns: whether it was known; if not, :func:`report_part` makes it so.
    """
    return _told(session, here, part, func.clock_timestamp())


def _told(session: Session, here: Here, part: str, now: datetime | ColumnElement[datetime]) -> bool:
    """Note it of a part that is known; whether it is."""
    moment = type_coerce(now, RunningPart.began_at.type)
    was_silent = RunningPart.seen_at < now - SILENT_AFTER
    found = session.execute(
        update(RunningPart)
        .where(RunningPart.place == here.place, RunningPart.part == part)
        .values(
            **_as_it_is(here),
            began_at=case((was_silent, moment), else_=RunningPart.began_at),
            seen_at=now,
        )
        .returning(RunningPart.id)
        .execution_options(synchronize_session=False)
    )
    return found.first() is not None


def _as_it_is(here: Here) -> dict[str, str]:
    return {"machine": here.machine, "version": here.version, "knows": here.knows}


def _forget_old(session: Session, now: datetime) -> None:
    session.execute(
        delete(RunningPart).where(
            RunningPart.seen_at < now - FORGOTTEN_AFTER,
            RunningPart.place.not_in(select(Gateway.place)),
        )
    )


def forget_parts(session: Session) -> None:
    """Know of no part any more, until each says that it lives: the database is elsewhere now."""
    session.execute(delete(RunningPart))

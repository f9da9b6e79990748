"""Say that a part of Postdesk lives, on whatever machine: every few seconds, in its own row."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import case, delete, func, select, update
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
    row = _row_of(session, here, part)
    if row is None:
        take_turns(session)  # the part's other process, started with this one, may be just here
        row = _row_of(session, here, part)
    if row is None:
        session.add(
            RunningPart(
                place=here.place,
                part=part,
                machine=here.machine,
                version=here.version,
                knows=here.knows,
                began_at=now,
                seen_at=now,
            )
        )
        _forget_old(session, now)
        return
    began = now if now - row.seen_at > SILENT_AFTER else row.began_at
    session.execute(
        update(RunningPart)
        .where(RunningPart.id == row.id)
        .values(
            machine=here.machine,
            version=here.version,
            knows=here.knows,
            began_at=began,
            seen_at=now,
        )
    )


def report_again(session: Session, here: Here, part: str) -> bool:
    """Note that the part lives now, by the clock of PostgreSQL, in one statement.

    :returns: whether it was known; if not, :func:`report_part` makes it so.
    """
    now = func.clock_timestamp()
    began = case((now - RunningPart.seen_at > SILENT_AFTER, now), else_=RunningPart.began_at)
    found = session.execute(
        update(RunningPart)
        .where(RunningPart.place == here.place, RunningPart.part == part)
        .values(
            machine=here.machine,
            version=here.version,
            knows=here.knows,
            began_at=began,
            seen_at=now,
        )
        .returning(RunningPart.id)
        .execution_options(synchronize_session=False)
    )
    return found.first() is not None


def _row_of(session: Session, here: Here, part: str) -> RunningPart | None:
    is_it = (RunningPart.place == here.place, RunningPart.part == part)
    return session.scalars(select(RunningPart).where(*is_it)).one_or_none()


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

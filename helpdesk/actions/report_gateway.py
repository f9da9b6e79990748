"""Say what a gateway has accepted, and what waits there: every few seconds, where its spool is."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from helpdesk.actions.report_part import Here
from helpdesk.db import take_turns
from helpdesk.models import Gateway, GatewayHour, InboundMail
from helpdesk.queries.gateway_count import HourCounts, SpoolCount

HOURS_KEPT = timedelta(days=3)


def register_gateway(
    session: Session, here: Here, spool_id: str, name: str = "", *, now: datetime
) -> Gateway:
    """Return the gateway that a spool is, made if it is new.

    The mails that came before gateways had names are those of the first one.

    :param name: what it is to be called; empty: as before, or as its machine.
    :param now: by the database's clock.
    """
    take_turns(session)
    row = session.scalars(select(Gateway).where(Gateway.spool_id == spool_id)).one_or_none()
    if row is None:
        row = _made(session, here, spool_id, now)
        session.add(row)
    row.name = _free_name(session, name or row.name or here.machine, spool_id)
    row.place, row.machine, row.version = here.place, here.machine, here.version
    row.retired_at = None
    session.flush()
    return row


def _made(session: Session, here: Here, spool_id: str, now: datetime) -> Gateway:
    newest, count = session.execute(select(func.max(InboundMail.id), func.count())).one()
    is_first = session.scalar(select(Gateway.id).limit(1)) is None
    return Gateway(
        spool_id=spool_id,
        name="",
        place=here.place,
        machine=here.machine,
        version=here.version,
        seen_at=now,
        has_older=is_first,
        counted=count if is_first else 0,
        counted_to=newest or 0,
    )


def _free_name(session: Session, name: str, spool_id: str) -> str:
    """The name, or one like it where another gateway has it: copies of a machine share its name."""
    taken = select(Gateway.id).where(Gateway.name == name, Gateway.spool_id != spool_id)
    return name if session.scalar(taken) is None else f"{name}-{spool_id[:6]}"


def report_gateway(
    session: Session, gateway_id: int, count: SpoolCount, *, now: datetime | None = None
) -> None:
    """Note what the gateway counted just now.

    :param now: by the database's clock; PostgreSQL knows it by itself.
    """
    values = {**vars(count), "seen_at": now or func.clock_timestamp()}
    session.execute(
        update(Gateway)
        .where(Gateway.id == gateway_id)
        .values(values)
        .execution_options(synchronize_session=False)
    )


def report_hours(session: Session, gateway_id: int, hours: HourCounts, *, now: datetime) -> None:
    """Note what the gateway accepted in these hours; what is older than the ledger's page goes."""
    mine = GatewayHour.gateway_id == gateway_id
    there = {one.hour: one for one in session.scalars(select(GatewayHour).where(mine))}
    for hour, (accepted, waiting) in hours.items():
        row = there.get(hour)
        if row is None:
            row = GatewayHour(gateway_id=gateway_id, hour=hour)
            session.add(row)
        row.accepted, row.waiting = accepted, waiting
    session.execute(delete(GatewayHour).where(mine, GatewayHour.hour < now - HOURS_KEPT))

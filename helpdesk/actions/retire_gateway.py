"""Give up a gateway: its machine is gone, and nobody is to be told any more that it is silent."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from helpdesk.actor import Actor
from helpdesk.errors import InvalidInput, NotAllowed, NotFound
from helpdesk.models import AuditKind, Gateway, RunningPart
from helpdesk.queries.gateways import GatewayView, gateways
from helpdesk.tickets import audit


def gateway_to_retire(session: Session, name: str) -> GatewayView:
    """Return the gateway of this name.

    :raises NotFound: there is none.
    :raises InvalidInput: it lives.
    """
    found = next((one for one in gateways(session) if one.name == name), None)
    if found is None:
        known = ", ".join(one.name for one in gateways(session)) or "none yet"
        raise NotFound(f"There is no gateway {name} (known: {known}).")
    if found.lives:
        raise InvalidInput("name", "Gateway {name} is at work: stop it first.", name=name)
    return found


def retire_gateway(session: Session, actor: Actor, name: str, *, now: datetime) -> GatewayView:
    """Give up a gateway that is silent. What it accepted stays in the ledger's counts.

    It is one again as soon as it gives a sign of life. One that was given up before is left alone.

    :raises NotAllowed: somebody else asks than the operator.
    :raises NotFound: there is none of this name.
    :raises InvalidInput: it lives.
    """
    if not actor.operator:
        raise NotAllowed("This is for commands.")
    found = gateway_to_retire(session, name)
    if found.retired:
        return found
    row = session.get_one(Gateway, found.id)
    row.retired_at = now
    session.execute(delete(RunningPart).where(RunningPart.place == row.place))
    audit.record(session, actor, AuditKind.MAIL, "forget gateway", "done", new=name, now=now)
    return found


def hand_over(
    session: Session, actor: Actor, spool_id: str, *, accepted: int, now: datetime
) -> None:
    """Count the mails of a gateway that is no more as those of the one that took them over.

    :param accepted: what its journal counts, without what another gateway counts now.
    :raises NotAllowed: somebody else asks than the operator.
    """
    if not actor.operator:
        raise NotAllowed("This is for commands.")
    row = session.scalars(
        select(Gateway).where(Gateway.spool_id == spool_id).with_for_update()
    ).one_or_none()
    if row is None:
        return
    row.accepted, row.waiting, row.oldest_seconds = accepted, 0, None
    row.retired_at = row.retired_at or now
    session.execute(delete(RunningPart).where(RunningPart.place == row.place))

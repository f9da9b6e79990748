"""Acknowledgements that a limit withheld: how many, and on which tickets."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from helpdesk.actor import Actor
from helpdesk.models import Ticket
from helpdesk.models.ticket import WITHHELD
from helpdesk.queries.ticket_conditions import IN_INBOX
from helpdesk.tickets.access import check_staff, visible

# Written out, not as a parameter: only so do both databases use the partial index on it.
_IS_WITHHELD = text(f"ticket.{WITHHELD}")


@dataclass(frozen=True)
class Withheld:
    """Those of the last day, and the newest of them."""

    today: int
    newest: tuple[tuple[str, str], ...]
    """Number and subject."""


def withheld_count(
    session: Session, since: datetime | None = None, mailbox_ids: tuple[int, ...] | None = None
) -> int:
    """How many tickets there are, of all or since then, that were not acknowledged for a limit.

    :param mailbox_ids: of these mailboxes only.
    """
    chosen = select(func.count()).select_from(Ticket).where(_IS_WITHHELD, IN_INBOX)
    chosen = chosen.where(*visible(mailbox_ids))
    if since is not None:
        chosen = chosen.where(Ticket.created_at > since)
    return session.scalar(chosen) or 0


def withheld_lately(session: Session, actor: Actor, now: datetime, newest: int = 5) -> Withheld:
    """What staff see of them.

    :raises NotAllowed: the actor is not staff.
    """
    check_staff(actor, "Only staff may see how mail comes in.")
    since = now - timedelta(days=1)
    rows = session.execute(
        select(Ticket.number, Ticket.subject)
        .where(_IS_WITHHELD, IN_INBOX, Ticket.created_at > since, *visible(actor.mailbox_ids))
        .order_by(Ticket.created_at.desc(), Ticket.id.desc())
        .limit(newest)
    )
    today = withheld_count(session, since, actor.mailbox_ids)
    return Withheld(today, tuple((row[0], row[1]) for row in rows))

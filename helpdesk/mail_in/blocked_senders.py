"""“Block …”: whose mail joins no ticket, and goes to spam."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy.orm import Session

from helpdesk.mail_in.incoming import NamedAddress
from helpdesk.mail_in.routing import Decision, RoutingOutcome
from helpdesk.models import Person, Ticket
from helpdesk.tickets.folders import is_blocked
from helpdesk.vocabulary import Folder


def apart_if_blocked(
    session: Session, sender: NamedAddress, known: Person | None, decision: Decision
) -> Decision:
    """The same decision; but what a blocked sender writes joins nothing except their own spam."""
    if decision.ticket_id is None or (known is not None and known.is_staff):
        return decision
    if not is_blocked(session, sender.address):
        return decision
    ticket = session.get_one(Ticket, decision.ticket_id)
    if ticket.folder == Folder.SPAM and known is not None and ticket.requester_id == known.id:
        return decision
    return replace(
        decision,
        outcome=RoutingOutcome.NEW,
        rule="blocked sender",
        why="Its sender is blocked: it joins no ticket, and goes to spam.",
        ticket_id=None,
        side_id=None,
        mentions=(),
        continues=None,
    )

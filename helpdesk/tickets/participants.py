"""The people on a ticket, and the tickets that it names."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.models import Participant, ParticipantRole, Ticket, TicketLink, TicketLinkKind


def add_participant(
    session: Session,
    ticket: Ticket,
    person_id: int,
    role: ParticipantRole,
    now: datetime,
    *,
    pending: bool = False,
) -> None:
    """Put a person on the ticket, if they are not on it yet."""
    present = session.scalar(
        select(Participant).where(
            Participant.ticket_id == ticket.id, Participant.person_id == person_id
        )
    )
    if present is None:
        session.add(
            Participant(
                ticket_id=ticket.id,
                person_id=person_id,
                role=role,
                pending=pending,
                added_at=now,
            )
        )
    elif present.pending and not pending:
        present.pending = False


def link_tickets(
    session: Session, ticket: Ticket, other_id: int, kind: TicketLinkKind, now: datetime
) -> None:
    """Have a ticket name another one (``mentions``, ``continues``)."""
    if other_id != ticket.id:
        session.add(TicketLink(ticket_id=ticket.id, other_id=other_id, kind=kind, created_at=now))

"""Note how far somebody of staff has read a ticket."""

from __future__ import annotations

from contextlib import suppress

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from helpdesk.actor import Actor
from helpdesk.models import TicketSeen
from helpdesk.tickets.access import STAFF_ONLY, check_staff, find_ticket


def mark_seen(session: Session, actor: Actor, number: str, comment_id: int) -> None:
    """Note that the actor has a ticket's messages before their eyes, up to this comment.

    :raises NotAllowed: the actor is not staff.
    :raises NotFound: there is no such ticket.
    """
    check_staff(actor, STAFF_ONLY)
    ticket = find_ticket(session, actor, number)
    assert actor.person_id is not None
    mark = session.get(TicketSeen, (actor.person_id, ticket.id))
    if mark is not None:
        # Two tabs may show different ends of it.
        mark.comment_id = max(mark.comment_id, comment_id)
        return
    with suppress(IntegrityError), session.begin_nested():  # another tab noted it just now
        session.add(
            TicketSeen(person_id=actor.person_id, ticket_id=ticket.id, comment_id=comment_id)
        )

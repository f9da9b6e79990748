"""Note how far somebody of staff has read a ticket, and what they saw of what concerns them."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from helpdesk.actor import Actor
from helpdesk.models import Concern, TicketSeen
from helpdesk.tickets.access import STAFF_ONLY, check_staff, find_ticket, known_id
from helpdesk.tickets.concerns import on_ticket, see


def mark_seen(
    session: Session, actor: Actor, number: str, comment_id: int, *, now: datetime
) -> None:
    """Note that the actor has a ticket's messages before their eyes, up to this comment; what
    concerns them there is seen.

    :raises NotAllowed: the actor is not staff.
    :raises NotFound: there is no such ticket.
    """
    check_staff(actor, STAFF_ONLY)
    ticket = find_ticket(session, actor, number)
    assert actor.person_id is not None
    see(session, now, *on_ticket(actor.person_id, ticket.id, comment_id))
    mark = session.get(TicketSeen, (actor.person_id, ticket.id))
    if mark is not None:
        # Two tabs may show different ends of it.
        mark.comment_id = max(mark.comment_id, comment_id)
        return
    with suppress(IntegrityError), session.begin_nested():  # another tab noted it just now
        session.add(
            TicketSeen(person_id=actor.person_id, ticket_id=ticket.id, comment_id=comment_id)
        )


def mark_all_seen(session: Session, actor: Actor, newest_id: int, *, now: datetime) -> None:
    """Note that the actor has seen all that concerns them, as far as this entry of their list.

    What they have not read on the tickets stays unread.

    :raises NotAllowed: the actor is not staff.
    """
    check_staff(actor, STAFF_ONLY)
    see(session, now, Concern.person_id == actor.person_id, Concern.id <= known_id(newest_id))

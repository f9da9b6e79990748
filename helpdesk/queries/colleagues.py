"""Whom of staff a note can name."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from helpdesk.actor import Actor
from helpdesk.mail_out.notifications import active_staff, staff_on
from helpdesk.tickets.access import STAFF_ONLY, check_staff, find_ticket
from helpdesk.tickets.mentions import handles_of


@dataclass(frozen=True)
class Colleague:
    """One of staff, and what to write after an ``@`` to name them alone."""

    name: str
    address: str
    handle: str


def whom_to_name(session: Session, actor: Actor, number: str = "") -> tuple[Colleague, ...]:
    """All active staff but the actor, by name.

    :param number: of a ticket: only those who may see it.
    :raises NotAllowed: the actor is not staff.
    :raises NotFound: there is no such ticket.
    """
    check_staff(actor, STAFF_ONLY)
    staff = active_staff(session)
    if number:
        staff = staff_on(session, find_ticket(session, actor, number))
    handles = handles_of(staff)
    found = [
        Colleague(one.shown_name, one.address, handles[one.id])
        for one in staff
        if one.id != actor.person_id
    ]
    return tuple(sorted(found, key=lambda one: one.name.casefold()))

"""The checklist of a ticket, for staff."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from helpdesk.queries.ticket_statements import CHECKLIST
from helpdesk.rows import ask


@dataclass(frozen=True)
class ItemView:
    """A thing to do on a ticket."""

    id: int
    text: str
    is_done: bool


def checklist_of(session: Session, ticket_id: int, total: int) -> tuple[ItemView, ...]:
    """The items of a ticket that its reader may see, in their order.

    :param total: how many the ticket says it has: of none, nothing is asked.
    """
    if not total:
        return ()
    return tuple(ItemView(*row) for row in ask(session, CHECKLIST, ticket_id=ticket_id))

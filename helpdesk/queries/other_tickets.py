"""The requester's other tickets, beside a ticket: those that are open, and the past ones."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import Session

from helpdesk.actor import Actor
from helpdesk.models import Ticket
from helpdesk.rows import ask
from helpdesk.tickets.access import visible
from helpdesk.vocabulary import UNFINISHED, Folder, Status

MOST = 10
_AMONG = 100
"""Of the requester's newest tickets so many are looked at: some people have thousands."""


@dataclass(frozen=True)
class OtherTicket:
    """Another ticket of the requester."""

    number: str
    subject: str
    status: Status

    @property
    def is_open(self) -> bool:
        """Whether somebody still works on it."""
        return self.status in UNFINISHED


def others_of(
    session: Session, actor: Actor, ticket_id: int, requester_id: int
) -> tuple[OtherTicket, ...]:
    """The requester's other tickets that one of staff may see, at most ``MOST``: those that are
    open, then the past ones, the newest first. What is in spam or trash is none of them.
    """
    made = _others(actor.mailbox_ids)
    rows = ask(session, made, ticket_id=ticket_id, requester_id=requester_id)
    return tuple(OtherTicket(*row) for row in rows)


@lru_cache(maxsize=64)
def _others(mailbox_ids: tuple[int, ...] | None) -> Select[str, str, Status]:
    newest = (
        select(Ticket.id, Ticket.number, Ticket.subject, Ticket.status)
        .where(
            Ticket.requester_id == bindparam("requester_id", type_=Ticket.requester_id.type),
            Ticket.id != bindparam("ticket_id", type_=Ticket.id.type),
            Ticket.folder == Folder.INBOX,
            *visible(mailbox_ids),
        )
        .order_by(Ticket.id.desc())
        .limit(_AMONG)
        .subquery()
        .c
    )
    shown = select(newest.number, newest.subject, newest.status)
    return shown.order_by(newest.status.not_in(UNFINISHED), newest.id.desc()).limit(MOST)

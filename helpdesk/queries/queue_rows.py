"""The rows of lists of tickets: what each shows, and the statement that reads it."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Select, select
from sqlalchemy.orm import aliased

from helpdesk.models import Comment, Person, PersonAddress, SavedDraft, Ticket
from helpdesk.queries.people import name_shown
from helpdesk.queries.unread import is_unread
from helpdesk.queries.views import me_value
from helpdesk.tickets.tags import TagOnTicket, tags_of
from helpdesk.vocabulary import Priority, Status


class QueueRow(NamedTuple):
    """One ticket in the queue."""

    id: int
    number: str
    subject: str
    preview: str
    status: Status
    priority: Priority
    category: str
    requester_name: str
    requester_address: str
    assignee_name: str
    assignee_id: int | None
    comment_count: int
    answered: bool
    waiting_since: datetime
    created_at: datetime
    updated_at: datetime
    someone_else_said: str = ""
    """What somebody wrote who is not on the ticket, for staff alone."""
    claimed_name: str = ""
    """What the requester calls themselves, where nothing proves it."""
    is_unread: bool = False
    """Whether somebody else wrote what the reader has not seen."""
    has_drafts: bool = False
    """Whether anybody of staff has begun to write."""
    has_files: bool = False
    """Whether a file came with a message or a note."""
    mailbox_id: int | None = None
    snoozed_until: datetime | None = None
    put_away_at: datetime | None = None
    """Since when it is in spam or trash."""
    leaves_at: datetime | None = None
    """When the first of its answers leaves that were written for later."""
    checklist_done: int = 0
    checklist_total: int = 0
    tags: tuple[TagOnTicket, ...] = ()


def row_statement() -> Select[Any]:
    """The rows of tickets, to be narrowed: a :class:`QueueRow` each; for whom is ``me``."""
    requester, assignee = aliased(Person), aliased(Person)
    me = me_value()
    draft = select(SavedDraft.id).where(SavedDraft.ticket_id == Ticket.id).limit(1)
    return (
        select(
            Ticket.id,
            Ticket.number,
            Ticket.subject,
            Ticket.preview,
            Ticket.status,
            Ticket.priority,
            Ticket.category,
            requester.name,
            _first_address(requester),
            name_shown(assignee),
            Ticket.assignee_id,
            Ticket.comment_count,
            Ticket.answered,
            Ticket.waiting_since,
            Ticket.created_at,
            Ticket.updated_at,
            Ticket.someone_else_said,
            Ticket.claimed_name,
            is_unread(me),
            draft.scalar_subquery().is_not(None),
            Ticket.has_files,
            Ticket.mailbox_id,
            Ticket.snoozed_until,
            Ticket.put_away_at,
            _next_to_leave(),
            Ticket.checklist_done,
            Ticket.checklist_total,
            tags_of(Ticket.id),
        )
        .join(requester, requester.id == Ticket.requester_id)
        .outerjoin(assignee, assignee.id == Ticket.assignee_id)
    )


def _next_to_leave() -> Any:
    """Of what leaves in some seconds, and can be undone until then, a row says nothing."""
    return (
        select(Comment.leaves_at)
        .where(
            Comment.ticket_id == Ticket.id,
            Comment.leaves_at.is_not(None),
            Comment.status_after != "",
        )
        .order_by(Comment.leaves_at)
        .limit(1)
        .correlate(Ticket)
        .scalar_subquery()
    )


def _first_address(person: type[Person]) -> Any:
    return (
        select(PersonAddress.address)
        .where(PersonAddress.person_id == person.id)
        .order_by(PersonAddress.id)
        .limit(1)
        .scalar_subquery()
    )

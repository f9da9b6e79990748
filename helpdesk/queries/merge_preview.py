"""What comes of a merge, before it is done: into which ticket, and who would read what then."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from helpdesk.actor import Actor
from helpdesk.models import Person, Ticket
from helpdesk.queries.people import PersonView, view_person
from helpdesk.tickets.access import check_staff, find_ticket, only_visible
from helpdesk.tickets.merged import current_ticket
from helpdesk.vocabulary import MailboxRight, Status


@dataclass(frozen=True)
class MergePreview:
    """Where several conversations would go on as one."""

    number: str
    """Of the ticket that goes on: the end of a row of merges."""
    subject: str
    status: Status
    requester: PersonView
    messages: int
    """Of that ticket as it is, without notes."""
    coming: int
    """How many tickets would be merged into it."""
    coming_messages: int
    others: tuple[PersonView, ...]
    """Who else asks on those: they and that one's customer would read one another."""
    other_mailbox: str = ""
    """The name of its mailbox, where one of those is in another: who sees it reads them then."""


def merge_preview(
    session: Session, actor: Actor, into: str, ticket_ids: Collection[int]
) -> MergePreview:
    """What comes of it where these are merged into another ticket, as far as the actor sees them.

    :param into: its number or id.
    :raises NotAllowed:
    :raises NotFound: there is none, or not for this actor.
    """
    check_staff(actor, "Only staff may merge tickets.")
    found = find_ticket(session, actor, into)
    goes_on = current_ticket(session, found.id)
    if not actor.may(goes_on.mailbox_id, MailboxRight.SEE):
        goes_on = found
    coming = only_visible(
        select(
            func.count(),
            func.coalesce(func.sum(Ticket.comment_count), 0),
        ).where(Ticket.id.in_(ticket_ids), Ticket.id != goes_on.id),
        actor,
    )
    count, messages = session.execute(coming).one()
    ask_there = only_visible(select(Ticket.requester_id).where(Ticket.id.in_(ticket_ids)), actor)
    others = Person.id.in_(ask_there), Person.id != goes_on.requester_id
    asking = select(Person).where(*others).order_by(Person.id)
    apart = select(Ticket.id).where(
        Ticket.id.in_(ticket_ids), Ticket.mailbox_id.is_distinct_from(goes_on.mailbox_id)
    )
    is_apart = session.scalar(only_visible(apart, actor).limit(1)) is not None
    return MergePreview(
        goes_on.number,
        goes_on.subject,
        goes_on.status,
        view_person(goes_on.requester),
        goes_on.comment_count,
        count,
        messages,
        tuple(map(view_person, session.scalars(asking))),
        goes_on.mailbox.name if is_apart and goes_on.mailbox else "",
    )

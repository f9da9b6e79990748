"""Whether what an act took to another ticket can be merged again, as it was before."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.actor import Actor
from helpdesk.models import ChecklistItem, HistoryField, Participant, Person, Ticket
from helpdesk.tickets.access import actor_of, may_be_given
from helpdesk.tickets.acts import HistoryRow
from helpdesk.tickets.merged import current_ticket
from helpdesk.vocabulary import Folder, MailboxRight

MOVED_SINCE = "It was moved again since: nothing was undone."
OTHERS_ON_IT = (
    "Somebody is on the new ticket by now who is not on the old one: they would read each other. "
    "Nothing was undone; merge them by hand if they may."
)
_OF_ITEMS = (HistoryField.CHECKLIST, HistoryField.CHECKLIST_PLACE)
IS_AWAY = "The old ticket is in spam or trash: move it to the inbox first. Nothing was undone."


def is_in_the_way(session: Session, new_id: int, old_id: int, *, was_split: bool) -> str:
    """What keeps a ticket from being merged into another one to undo an act; empty for nothing.

    :param was_split: it was split off from the other one: then nobody comes to read what they
        could not before.
    """
    new, old = session.get(Ticket, new_id), session.get(Ticket, old_id)
    if new is None or old is None:
        return MOVED_SINCE
    if any(current_ticket(session, one.id) is not one for one in (new, old)):
        return MOVED_SINCE
    if new.folder == Folder.INBOX != old.folder:
        return IS_AWAY
    return OTHERS_ON_IT if was_split and _has_others(session, new, old) else ""


def without_way_back(
    session: Session, actor: Actor, ticket_id: int, heads: Iterable[HistoryRow]
) -> frozenset[int]:
    """The ids of those rows whose acts cannot be undone, though they may be the newest of their
    kind: what they would be undone with is not here any more, or not for the actor.

    :param heads: the first row of each act of this ticket.
    """
    heads = list(heads)
    items = {head.old_id for head in heads if head.field in _OF_ITEMS}
    if items:
        here = select(ChecklistItem.id).where(ChecklistItem.ticket_id == ticket_id)
        items -= set(session.scalars(here))
    gone = {head.id for head in heads if _is_of(head, items)}
    gone |= _without_person(session, ticket_id, heads)
    for head in heads:
        if head.field == HistoryField.MAILBOX and not actor.may(head.old_id, MailboxRight.ANSWER):
            gone.add(head.id)
        if head.field in (HistoryField.SPLIT, HistoryField.SPLIT_FROM):
            new_id, old_id = split_pair(ticket_id, head)
            if is_in_the_way(session, new_id, old_id, was_split=True):
                gone.add(head.id)
    return frozenset(gone)


def _without_person(session: Session, ticket_id: int, heads: Iterable[HistoryRow]) -> set[int]:
    """Of changes of the assignee those before which somebody had the ticket who cannot now."""
    given = [one for one in heads if one.field == HistoryField.ASSIGNEE and one.old_value]
    if not given:
        return set()
    mailbox_id = session.get_one(Ticket, ticket_id).mailbox_id
    people = session.scalars(select(Person).where(Person.id.in_({one.old_id for one in given})))
    able = {one.id for one in people if one.is_staff and may_be_given(actor_of(one), mailbox_id)}
    return {one.id for one in given if one.old_id not in able}


def _is_of(head: HistoryRow, items: set[int | None]) -> bool:
    return head.field in _OF_ITEMS and head.old_id in items


def split_pair(ticket_id: int, head: HistoryRow) -> tuple[int, int]:
    """The ids of the ticket that was split off, and of the one that it was split from."""
    other = head.old_id or 0
    return (ticket_id, other) if head.field == HistoryField.SPLIT_FROM else (other, ticket_id)


def _has_others(session: Session, new: Ticket, old: Ticket) -> bool:
    """Whether somebody is on the new ticket who is not on the old one. Who waits to be let in reads
    nothing, on neither.
    """
    on_old = select(Participant.person_id).where(Participant.ticket_id == old.id)
    others = select(Participant.id).where(
        Participant.ticket_id == new.id,
        Participant.pending.is_(False),
        Participant.person_id.not_in(on_old),
    )
    return new.requester_id != old.requester_id or session.scalar(others.limit(1)) is not None

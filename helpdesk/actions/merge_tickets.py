"""Merge two tickets: the conversation of one goes over to the other; and take them apart again.

Both keep their numbers. Mail to the old one, its reply addresses and its tracking links lead to the
new one from then on (:mod:`helpdesk.tickets.merged`): what was signed names the old one, and still
holds.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from helpdesk.actions.carry_along import carry_along, give_back, part_sides
from helpdesk.actions.reply import customer_wrote
from helpdesk.actions.walk_status import restore_snooze, walk_status
from helpdesk.actor import Actor
from helpdesk.errors import InvalidInput
from helpdesk.mail_out import surveys
from helpdesk.models import (
    Comment,
    HistoryField,
    InboundMail,
    OutboundMail,
    Participant,
    ParticipantRole,
    Person,
    SideConversation,
    Ticket,
    TicketLink,
    TicketLinkKind,
    TicketMerge,
)
from helpdesk.tickets.access import TicketRef, check_staff, find_ticket, ticket_for_change
from helpdesk.tickets.asked_addresses import carry_asked
from helpdesk.tickets.checklists import carry_items
from helpdesk.tickets.children import tell_parents
from helpdesk.tickets.drafts import bring_drafts, take_drafts_back
from helpdesk.tickets.history import OldRow, record_change
from helpdesk.tickets.links import carry_links, child_first, give_links_back
from helpdesk.tickets.merged import current_ticket, row_behind
from helpdesk.tickets.participants import add_participant, link_tickets
from helpdesk.tickets.queue_row import refresh_queue_row
from helpdesk.tickets.side_people import check_not_aside
from helpdesk.vocabulary import UNFINISHED, Folder, MailboxRight, Status

_STAFF_ONLY = "Only staff may merge tickets."
_IS_APART = (
    "{address} is in a side conversation of one of these tickets and on the other: merged, they "
    "would read what its customer reads."
)
_WAS_SPLIT = (
    "All its messages went on to {number} since, by a split or one by one: merge that into {into} "
    "first, or nothing would come back."
)
_IS_AWAY = "{number} is in {folder}: move it to the inbox first, or what came here goes with it."


def merge_tickets(
    session: Session,
    actor: Actor,
    ticket_id: int,
    into: int | str,
    *,
    now: datetime,
    reason: str = "",
) -> Ticket:
    """Have the conversation of a ticket go on in another one, with everybody who is on it.

    :param into: the id or number of the other one.
    :returns: the ticket that goes on.
    :raises NotFound, NotAllowed:
    :raises InvalidInput: (``into``) it is the same ticket, or was merged before; it is in spam or
        trash, and this one is not; or somebody on one is in a side conversation of the other.
    """
    ticket, goes_on = _both(session, actor, ticket_id, into)
    _check_may_merge(session, ticket, goes_on)
    comment_ids = list(session.scalars(select(Comment.id).where(Comment.ticket_id == ticket.id)))
    merge = TicketMerge(
        ticket_id=ticket.id,
        into_id=goes_on.id,
        status=ticket.status,
        comment_ids=comment_ids,
        participant_ids=_bring_people(session, ticket, goes_on, now),
        checklist_ids=carry_items(session, ticket, goes_on),
        link_ids=carry_links(session, ticket, goes_on),
        merged_at=now,
    )
    answered = goes_on.answered
    _move(session, comment_ids, ticket, goes_on)
    bring_drafts(session, ticket.id, goes_on, now)
    _record(session, actor, ticket, goes_on, now, reason, is_merged=True)
    carry_along(session, actor, ticket, goes_on, now)
    _close(session, ticket, actor, f"merged into {goes_on.number}", now)
    session.add(merge)
    surveys.take_back_survey(session, ticket, now)
    link_tickets(session, ticket, goes_on.id, TicketLinkKind.MERGED, now)
    if answered and not goes_on.answered:
        customer_wrote(session, goes_on, actor, now)
    if goes_on.status not in UNFINISHED:
        tell_parents(session, goes_on, actor, now)
    return goes_on


def take_apart(
    session: Session, actor: Actor, ticket: TicketRef, *, now: datetime, reason: str = ""
) -> Ticket:
    """Give a merged ticket its conversation back. What was written since stays where it is.

    :raises NotFound, NotAllowed:
    :raises InvalidInput: it is not merged.
    """
    check_staff(actor, _STAFF_ONLY)
    ticket = ticket_for_change(session, actor, ticket)
    merge = session.get(TicketMerge, ticket.id)
    if merge is None:
        raise InvalidInput("into", "This ticket is not merged with another one.")
    # Merged on meanwhile, its comments stand on the last of the row.
    into = current_ticket(session, merge.into_id, for_update=True)
    if not actor.may(into.mailbox_id, MailboxRight.ANSWER):
        raise InvalidInput("into", "It goes on in a mailbox that is not yours. Ask a colleague.")
    still_there = (Comment.ticket_id == into.id, Comment.id.in_(merge.comment_ids))
    kept = set(session.scalars(select(Comment.id).where(*still_there)))
    came = [one for one in merge.comment_ids if one in kept]
    if not came:
        _check_some_came(session, actor, merge, into)
    part_sides(session, actor, ticket, came, now)
    _move(session, [*came, *_said_aside_since(session, came, into)], into, ticket)
    carry_items(session, into, ticket, merge.checklist_ids)
    give_links_back(session, merge.link_ids, into, ticket)
    session.execute(
        delete(Participant).where(
            Participant.ticket_id == merge.into_id,
            Participant.person_id.in_(merge.participant_ids),
        )
    )
    session.execute(
        delete(TicketLink).where(TicketLink.ticket_id == ticket.id, TicketLink.kind == "merged")
    )
    _record(session, actor, ticket, into, now, reason, is_merged=False)
    give_back(session, actor, merge, into, now)
    session.delete(merge)
    take_drafts_back(session, into.id, ticket.id, row_behind(session, ticket.id), now)
    if merge.status != Status.CLOSED:
        for status in dict.fromkeys((Status.OPEN, merge.status)):
            walk_status(session, ticket, actor, status, now, "taken apart", despite_children=True)
        restore_snooze(session, ticket, actor, merge.merged_at, now, "taken apart")
    return ticket


def _both(session: Session, actor: Actor, ticket_id: int, into: int | str) -> tuple[Ticket, Ticket]:
    """The two tickets, locked: in one order, so that two who merge crosswise do not wait for each
    other.
    """
    check_staff(actor, _STAFF_ONLY)
    into_id = current_ticket(session, find_ticket(session, actor, into).id).id
    in_order = child_first(session, [*{ticket_id, into_id}])
    locked = {one: ticket_for_change(session, actor, one) for one in in_order}
    return locked[ticket_id], locked[into_id]


def _check_may_merge(session: Session, ticket: Ticket, goes_on: Ticket) -> None:
    """See that they are two, that nobody comes to what the customer reads by it who is asked beside
    it, and that nothing goes from the inbox to where it would be thrown away.
    """
    if ticket is goes_on:
        raise InvalidInput("into", "That is this very ticket. Give the number of another one.")
    if session.get(TicketMerge, ticket.id):
        raise InvalidInput("into", "This ticket was merged before. Take it apart first.")
    if ticket.folder == Folder.INBOX != goes_on.folder:
        raise InvalidInput("into", _IS_AWAY, number=goes_on.number, folder=goes_on.folder)
    on_them = (Participant, Participant.person_id == Person.id)
    for one, other in ((ticket, goes_on), (goes_on, ticket)):
        people = select(Person).join(*on_them).where(Participant.ticket_id == other.id)
        check_not_aside(session, one, session.scalars(people), "into", _IS_APART)


def _check_some_came(session: Session, actor: Actor, merge: TicketMerge, into: Ticket) -> None:
    """Refuse to give back a ticket without a message, since all went on to another one.

    :raises InvalidInput: (``into``) it names that one, as far as the actor may see it.
    """
    elsewhere = session.scalar(
        select(Ticket)
        .join(Comment, Comment.ticket_id == Ticket.id)
        .where(Comment.id.in_(merge.comment_ids))
        .order_by(Ticket.id)
        .limit(1)
    )
    if elsewhere is not None:
        number = elsewhere.number if actor.may(elsewhere.mailbox_id) else "another ticket"
        raise InvalidInput("into", _WAS_SPLIT, number=number, into=into.number)


def _bring_people(session: Session, ticket: Ticket, into: Ticket, now: datetime) -> list[int]:
    """Put everybody who is on the ticket onto the other one; returns those who were not."""
    on_other = select(Participant.person_id).where(Participant.ticket_id == into.id)
    newcomers = session.execute(
        select(Participant.person_id, Participant.pending).where(
            Participant.ticket_id == ticket.id, Participant.person_id.not_in(on_other)
        )
    ).all()
    for person_id, pending in newcomers:
        add_participant(session, into, person_id, ParticipantRole.COPY, now, pending=pending)
    return [person_id for person_id, _ in newcomers]


def _move(session: Session, comment_ids: Sequence[int], old: Ticket, new: Ticket) -> None:
    """Put comments, and the mails that they are or caused, onto another ticket."""
    session.flush()
    for model, column in (
        (Comment, Comment.id),
        (InboundMail, InboundMail.comment_id),
        (OutboundMail, OutboundMail.comment_id),
    ):
        session.execute(update(model).where(column.in_(comment_ids)).values(ticket_id=new.id))
    sides = select(Comment.side_conversation_id).where(Comment.id.in_(comment_ids))
    session.execute(
        update(SideConversation).where(SideConversation.id.in_(sides)).values(ticket_id=new.id)
    )
    carry_asked(old, new, comment_ids)
    refresh_queue_row(session, old)
    refresh_queue_row(session, new)


def _said_aside_since(session: Session, comment_ids: Sequence[int], on: Ticket) -> list[int]:
    """What was said since in the side conversations that go back: they are not torn apart."""
    sides = select(Comment.side_conversation_id).where(
        Comment.id.in_(comment_ids), Comment.side_conversation_id.is_not(None)
    )
    said = select(Comment.id).where(
        Comment.ticket_id == on.id,
        Comment.side_conversation_id.in_(sides),
        Comment.id.not_in(comment_ids),
    )
    return list(session.scalars(said))


def _record(
    session: Session,
    actor: Actor,
    ticket: Ticket,
    into: Ticket,
    now: datetime,
    reason: str,
    *,
    is_merged: bool,
) -> None:
    """Write it into both histories, before the changes of status that it brings along."""
    for one, other, field in (
        (ticket, into, HistoryField.MERGED_INTO),
        (into, ticket, HistoryField.MERGED),
    ):
        old, new = ("", other.number) if is_merged else (other.number, "")
        record_change(session, one, actor, field, OldRow(old, other.id), new, now, reason)


def _close(session: Session, ticket: Ticket, actor: Actor, reason: str, now: datetime) -> None:
    if ticket.status not in (Status.RESOLVED, Status.CLOSED):
        walk_status(session, ticket, actor, Status.RESOLVED, now, reason, despite_children=True)
    walk_status(session, ticket, actor, Status.CLOSED, now, reason)

"""What the page of a ticket asks: made once, since making it costs as much as asking."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, and_, bindparam, exists, literal, or_, select, union_all
from sqlalchemy.orm import Session, aliased

from helpdesk.actor import Actor
from helpdesk.db import AnyRow
from helpdesk.models import (
    BulkChange,
    BulkTicket,
    Change,
    ChecklistItem,
    CustomField,
    HistoryField,
    Mailbox,
    Order,
    Participant,
    Person,
    SavedDraft,
    SideConversation,
    Team,
    Ticket,
    TicketLink,
)
from helpdesk.rows import ask
from helpdesk.tickets.access import only_visible
from helpdesk.tickets.acts import RELATIONS
from helpdesk.tickets.tags import tags_of

_of_ticket = bindparam("ticket_id", type_=Ticket.id.type)
_its_order = aliased(Order)


def _is_any(*of_it: ColumnElement[bool]) -> ColumnElement[bool]:
    return or_(*(exists().where(one).correlate(Ticket) for one in of_it))


TICKET = (
    select(
        Ticket.id,
        Ticket.number,
        Ticket.subject,
        Ticket.status,
        Ticket.priority,
        Ticket.category,
        Ticket.language,
        Ticket.requester_id,
        Ticket.assignee_id,
        Ticket.created_at,
        Ticket.updated_at,
        Ticket.waiting_since,
        Ticket.answered,
        Ticket.someone_else_said,
        Ticket.asked_addresses,
        Ticket.claimed_name,
        Ticket.not_acknowledged,
        Ticket.first_response_at,
        Ticket.resolved_at,
        Ticket.closed_at,
        Ticket.rating,
        Ticket.rating_comment,
        Ticket.folder,
        Ticket.put_away_at,
        Ticket.snoozed_until,
        Ticket.snooze_stays,
        Ticket.owes_answer,
        Ticket.mailbox_id,
        Ticket.checklist_total,
        Ticket.comment_count,
        Ticket.team_id,
        Team.name.label("team_name"),
        Mailbox.name.label("mailbox_name"),
        Mailbox.address.label("mailbox_address"),
        Mailbox.colour.label("mailbox_colour"),
        Mailbox.asks_reason,
        _its_order.number.label("order_number"),
        tags_of(Ticket.id).label("tags"),
        # What few tickets have is asked only where it is there: to ask costs ten times as much.
        _is_any(SideConversation.ticket_id == Ticket.id).label("has_sides"),
        _is_any(BulkTicket.ticket_id == Ticket.id).label("has_bulks"),
        _is_any(TicketLink.ticket_id == Ticket.id, TicketLink.other_id == Ticket.id).label(
            "has_links"
        ),
        _is_any(Order.person_id == Ticket.requester_id).label("has_orders"),
        _is_any(SavedDraft.ticket_id == Ticket.id).label("has_drafts"),
    )
    .outerjoin(Mailbox, Mailbox.id == Ticket.mailbox_id)
    .outerjoin(_its_order, _its_order.id == Ticket.order_id)
    .outerjoin(Team, Team.id == Ticket.team_id)
    .where(
        or_(
            Ticket.number == bindparam("number", type_=Ticket.number.type),
            Ticket.id == bindparam("id", type_=Ticket.id.type),
        )
    )
)
CHANGES = (
    select(
        Change.id,
        Change.changed_by_id,
        Change.field,
        Change.old_value,
        Change.new_value,
        Change.old_id,
        Change.reason,
        Change.created_at,
        CustomField.name.label("field_name"),
        CustomField.key.label("field_key"),
        CustomField.mailbox_id.label("field_mailbox_id"),
    )
    .outerjoin(
        CustomField,
        and_(Change.field == HistoryField.CUSTOM, CustomField.id == Change.old_id),
    )
    .where(Change.ticket_id == _of_ticket)
    .order_by(Change.id)
)
BULKS = (
    select(BulkTicket.change_id, BulkTicket.bulk_id, BulkChange.total)
    .join(BulkChange, BulkChange.id == BulkTicket.bulk_id)
    .where(
        BulkTicket.ticket_id == _of_ticket,
        BulkTicket.change_id.is_not(None),
        BulkChange.total > 1,
    )
)
PARTICIPANTS = (
    select(
        Participant.person_id,
        Participant.role,
        Participant.pending,
        Person.active,
        Person.muted,
        Mailbox.muted.label("mailbox_muted"),
    )
    .join(Person, Person.id == Participant.person_id)
    .join(Ticket, Ticket.id == Participant.ticket_id)
    .outerjoin(Mailbox, Mailbox.id == Ticket.mailbox_id)
    .where(Participant.ticket_id == _of_ticket)
    .order_by(Participant.id)
)
LINKS = union_all(
    select(
        Ticket.number,
        Ticket.subject,
        TicketLink.kind,
        literal(1),
        TicketLink.id,
        Ticket.mailbox_id,
        Ticket.status,
    )
    .join(TicketLink, TicketLink.other_id == Ticket.id)
    .where(TicketLink.ticket_id == _of_ticket),
    select(
        Ticket.number,
        Ticket.subject,
        TicketLink.kind,
        literal(0),
        TicketLink.id,
        Ticket.mailbox_id,
        Ticket.status,
    )
    .join(TicketLink, TicketLink.ticket_id == Ticket.id)
    .where(TicketLink.other_id == _of_ticket),
)
CHECKLIST = (
    select(ChecklistItem.id, ChecklistItem.text, ChecklistItem.is_done)
    .where(ChecklistItem.ticket_id == _of_ticket, ChecklistItem.is_removed.is_(False))
    .order_by(ChecklistItem.position, ChecklistItem.id)
)
NAMES_TICKET = (
    *RELATIONS, HistoryField.CHILDREN_DONE, HistoryField.SPLIT, HistoryField.SPLIT_FROM,
    HistoryField.MERGED,
)  # fmt: skip
"""What of the history names another ticket by its id."""


def changes_of(
    session: Session, actor: Actor | None, ticket_id: int
) -> tuple[Sequence[AnyRow], frozenset[int]]:
    """The rows of a ticket's history, oldest first, and which of them (by id) name another ticket
    that the actor may not see; none of them does where no actor is given. What was filled in on
    another mailbox, which the actor does not see, is left out.
    """
    changes = ask(session, CHANGES, ticket_id=ticket_id).all()
    if actor is not None:
        of_field = (row.field_mailbox_id for row in changes)
        seen_fields = {one for one in set(of_field) if one is None or actor.may(one)}
        changes = [row for row in changes if row.field_mailbox_id in seen_fields]
    named = {row.id: row.old_id for row in changes if row.field in NAMES_TICKET and row.old_id}
    if actor is None or actor.mailbox_ids is None or not named:
        return changes, frozenset()
    seen = only_visible(select(Ticket.id).where(Ticket.id.in_(set(named.values()))), actor)
    known = set(session.scalars(seen))
    return changes, frozenset(row_id for row_id, named_id in named.items() if named_id not in known)

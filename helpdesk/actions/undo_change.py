"""Undo a change of a ticket's field, of who is on it or where it goes on; say later why."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.actions.assign_team import assign_team
from helpdesk.actions.change_checklist import undo_item, undo_item_move
from helpdesk.actions.change_folder import change_folder
from helpdesk.actions.change_people import (
    DECISIONS,
    add_person_to,
    restore_pending,
    restore_requester,
    take_person_off,
)
from helpdesk.actions.change_tags import undo_tags
from helpdesk.actions.change_ticket import (
    assign,
    change_category,
    change_language,
    change_priority,
    set_subject,
)
from helpdesk.actions.link_order import change_order
from helpdesk.actions.move_ticket import move_back
from helpdesk.actions.relate_tickets import undo_relation
from helpdesk.actions.set_custom_field import undo_custom_field
from helpdesk.actions.snooze import snooze_as_written
from helpdesk.actions.undo_move import undo_move
from helpdesk.actions.use_canned_reply import take_back_macro
from helpdesk.actions.walk_status import OVER, restore_snooze, restore_status, walk_status
from helpdesk.actor import Actor
from helpdesk.errors import InvalidInput, NotFound
from helpdesk.mail_out.notifications import notify_status
from helpdesk.models import Change, Comment, HistoryField, Order, Person, Ticket
from helpdesk.text import clean_line
from helpdesk.tickets.access import (
    STAFF_ONLY,
    TicketRef,
    check_staff,
    find_ticket,
    known_id,
    open_ticket_for_change,
)
from helpdesk.tickets.acts import (
    MOVES,
    RELATIONS,
    UNDOABLE,
    UNDONE,
    acts,
    is_undoable,
    left_by,
    parts_of,
    standing,
)
from helpdesk.tickets.history import OldRow, record_change
from helpdesk.tickets.notes import hide_note
from helpdesk.tickets.way_back import without_way_back
from helpdesk.vocabulary import MessageKind, Status


def undo_change(
    session: Session,
    actor: Actor,
    ticket: TicketRef,
    change_id: int,
    *,
    now: datetime,
    tell: bool = True,
) -> Ticket:
    """Give a field the value that it had before a change, if nobody changed it since.

    What a merge or a move took to another ticket goes back; what it brought to this one, too.

    :param change_id: a row of the act that is undone.
    :param tell: whether who has the ticket again is told by mail.
    :raises NotAllowed, TicketMerged:
    :raises NotFound: there is no such change on this ticket.
    :raises InvalidInput: (``change``) it was changed again since, or cannot be undone.
    """
    check_staff(actor, STAFF_ONLY)
    found = ticket if isinstance(ticket, Ticket) else find_ticket(session, actor, ticket)
    act = _undoable(session, actor, found, change_id)[0]
    if act[0].field in MOVES:
        undo_move(session, actor, found, act, now=now, reason=UNDONE)
        return found
    if act[0].field in RELATIONS:
        undo_relation(session, actor, found, act[0], now=now, reason=UNDONE)
        return found
    ticket = open_ticket_for_change(session, actor, ticket)
    for part in reversed(_undoable(session, actor, ticket, change_id)):
        _undo_one(session, actor, ticket, part, now, tell)
    return ticket


def _undo_macro(
    session: Session, actor: Actor, ticket: Ticket, act: list[Change], now: datetime, tell: bool
) -> None:
    """Undo all that a macro changed, the last of it first, take its note back, and its use."""
    head = act[0]
    used = OldRow(head.new_value, head.old_id)
    record_change(session, ticket, actor, HistoryField.MACRO, used, "", now, UNDONE)
    for part in reversed(parts_of(act)):
        # What a status brought along goes with it.
        if is_undoable(part) and part[0].reason != OVER:
            _undo_one(session, actor, ticket, part, now, tell)
    note = session.get(Comment, head.old_id) if head.old_id else None
    if note is not None and note.kind == MessageKind.MESSAGE:
        hide_note(session, actor, ticket, note, now, UNDONE)
    take_back_macro(session, head)


def _undo_one(
    session: Session, actor: Actor, ticket: Ticket, act: list[Change], now: datetime, tell: bool
) -> None:
    if act[0].field in (HistoryField.REQUESTER, HistoryField.IN_COPY):
        _undo_people(session, actor, ticket, act[0], now)
    elif act[0].field == HistoryField.MACRO:
        _undo_macro(session, actor, ticket, act, now, tell)
    elif act[0].field == HistoryField.MAILBOX:
        move_back(session, actor, ticket, act, now=now, reason=UNDONE)
    elif act[0].field == HistoryField.TAG:
        undo_tags(session, actor, ticket, act, now=now, reason=UNDONE)
    else:
        _undo_field(session, actor, ticket, act[0], now, tell)


def _undo_field(
    session: Session, actor: Actor, ticket: Ticket, first: Change, now: datetime, tell: bool
) -> None:
    field, old = first.field, first.old_value
    if field == HistoryField.STATUS:
        status = ticket.status
        restore_status(session, ticket, actor, Status(old), now, UNDONE)
        restore_snooze(session, ticket, actor, first.created_at, now, UNDONE)
        notify_status(session, ticket, status, by_id=actor.person_id, now=now)
    elif field == HistoryField.SUBJECT:
        set_subject(session, actor, ticket, old, UNDONE, now)
    elif field == HistoryField.PRIORITY:
        change_priority(session, actor, ticket, old, now=now, reason=UNDONE)
    elif field == HistoryField.CATEGORY:
        change_category(session, actor, ticket, old, now=now, reason=UNDONE)
    elif field == HistoryField.LANGUAGE:
        change_language(session, actor, ticket, old, now=now, reason=UNDONE)
    elif field == HistoryField.ASSIGNEE:
        if old and first.old_id is None:
            raise InvalidInput("change", "This cannot be undone: give it to them by hand.")
        assign(session, actor, ticket, first.old_id, now=now, reason=UNDONE, tell=tell)
    elif field == HistoryField.TEAM:
        assign_team(session, actor, ticket, first.old_id or 0, now=now, reason=UNDONE)
    elif field == HistoryField.CUSTOM:
        field_id = first.old_id or 0
        undo_custom_field(session, actor, ticket, field_id, old, now=now, reason=UNDONE)
    elif field == HistoryField.FOLDER:
        change_folder(session, actor, ticket, old, now=now, reason=UNDONE)
    elif field == HistoryField.THANKS:
        walk_status(session, ticket, actor, Status.OPEN, now, "more than thanks")
    elif field == HistoryField.CHECKLIST:
        undo_item(session, actor, ticket, first.old_id or 0, old, now=now, reason=UNDONE)
    elif field == HistoryField.CHECKLIST_PLACE:
        undo_item_move(session, actor, ticket, first.old_id or 0, old, now=now, reason=UNDONE)
    elif field == HistoryField.SNOOZE:
        snooze_as_written(session, actor, ticket, old, now=now, reason=UNDONE)
    else:
        order = session.get(Order, first.old_id) if first.old_id else None
        number = order.number if order else ""
        change_order(session, actor, ticket, number, now=now, reason=UNDONE)


def _undo_people(
    session: Session, actor: Actor, ticket: Ticket, first: Change, now: datetime
) -> None:
    person_id = first.old_id or 0
    if first.field == HistoryField.REQUESTER:
        restore_requester(
            session, ticket, actor, person_id, first.created_at, now=now, reason=UNDONE
        )
    elif first.reason in DECISIONS:
        restore_pending(session, ticket, actor, first, now=now, reason=UNDONE)
    elif first.new_value:
        take_person_off(session, actor, ticket, person_id, now=now, reason=UNDONE)
    else:
        # They were on the ticket, whoever knows of them by now.
        who = session.get(Person, person_id) or person_id
        add_person_to(session, actor, ticket, who, now=now, reason=UNDONE)


def give_reason(
    session: Session, actor: Actor, ticket: TicketRef, change_id: int, reason: str
) -> Ticket:
    """Say why one changed a field, after the fact. Only who changed it may.

    :raises NotAllowed, TicketMerged:
    :raises NotFound: there is no such change of the actor's on this ticket.
    """
    ticket = open_ticket_for_change(session, actor, ticket, staff_only=STAFF_ONLY)
    act = _with_row(_acts_of(session, ticket), change_id)
    if act[0].changed_by_id != actor.person_id:
        raise NotFound("There is no such change of yours.")
    for row in act:
        row.reason = clean_line(reason)
    return ticket


def newest_change(session: Session, actor: Actor, ticket: Ticket, now: datetime) -> int | None:
    """The id of what the actor changed at this moment; None where that was nothing."""
    session.flush()
    return session.scalar(
        select(Change.id)
        .where(
            Change.ticket_id == ticket.id,
            Change.changed_by_id == actor.person_id,
            Change.created_at == now,
            Change.field.in_(UNDOABLE),
        )
        .order_by(Change.id.desc())
        .limit(1)
    )


def _undoable(session: Session, actor: Actor, ticket: Ticket, change_id: int) -> list[list[Change]]:
    """The parts that can be undone of the act that a row of the history belongs to: mostly one.

    :raises InvalidInput: it cannot be undone, or what it changed was changed again since.
    """
    known = _acts_of(session, ticket)
    act = _with_row(known, change_id)
    if not is_undoable(act):
        raise InvalidInput("change", "This cannot be undone.")
    left = standing(act, left_by(known))
    if len(left) > 1:  # of one alone, the action that undoes it says why it cannot
        gone = without_way_back(session, actor, ticket.id, (part[0] for part in left))
        left = [part for part in left if part[0].id not in gone]
    if not left:
        raise InvalidInput("change", "It was changed again since: nothing was undone.")
    return left


def _acts_of(session: Session, ticket: Ticket) -> list[list[Change]]:
    rows = select(Change).where(Change.ticket_id == ticket.id).order_by(Change.id)
    return acts(session.scalars(rows).all())


def _with_row(known: list[list[Change]], change_id: int) -> list[Change]:
    wanted = known_id(change_id)
    for act in known:
        if any(row.id == wanted for row in act):
            return act
    raise NotFound("There is no such change.")

"""Walk a ticket to a status, over each allowed step between; and what a status brings with it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk import text as texts
from helpdesk.actor import Actor
from helpdesk.errors import InvalidInput, StepNotAllowed
from helpdesk.mail_out import surveys
from helpdesk.models import Change, HistoryField, Ticket
from helpdesk.tickets.children import check_not_held, tell_parents
from helpdesk.tickets.history import record_change
from helpdesk.tickets.snoozing import read_snooze, set_snooze
from helpdesk.vocabulary import STATUSES, STEPS, Status, steps_between

_FINISHED = (Status.RESOLVED, Status.CLOSED)
OVER = "it is finished"
"""The reason in the history of a snooze that a status ended."""


def steps_to(ticket: Ticket, new: str) -> tuple[Status, ...]:
    """The single steps from the ticket's status to another.

    :raises StepNotAllowed: where no allowed steps lead there.
    :raises InvalidInput: where there is no such status.
    """
    if new not in STATUSES:
        raise InvalidInput("status", f"There is no status “{texts.clean_line(new, 40)}”.")
    steps = steps_between(ticket.status, Status(new))
    if steps is None:
        raise StepNotAllowed(ticket.status, new, STEPS[ticket.status])
    return steps


def walk_status(
    session: Session,
    ticket: Ticket,
    actor: Actor,
    new: str,
    now: datetime,
    reason: str = "",
    *,
    despite_children: bool = False,
) -> None:
    """Bring the ticket to a status, recording each step between.

    Its open children hold a ticket open that staff would finish; a customer's word counts.

    :param despite_children: staff finish it all the same.
    :raises StepNotAllowed: where no allowed steps lead there, or a child holds it open.
    :raises InvalidInput: where there is no such status.
    """
    steps = steps_to(ticket, new)
    was_finished = ticket.status in _FINISHED
    if steps and new in _FINISHED:
        if actor.is_staff and not (was_finished or despite_children):
            check_not_held(session, ticket, actor, new)
        set_snooze(session, ticket, actor, None, now, OVER)
    for step in steps:
        record_change(session, ticket, actor, HistoryField.STATUS, ticket.status, step, now, reason)
        ticket.status = step
    if not steps:
        return
    if new not in _FINISHED:
        ticket.owes_answer = False
    if new in _FINISHED and not was_finished:
        tell_parents(session, ticket, actor, now)
    if new == Status.RESOLVED:
        ticket.resolved_at = now
        ticket.someone_else_said = ""
        surveys.plan_survey(session, ticket, now)
    elif new == Status.CLOSED:
        ticket.closed_at = now
    elif new == Status.OPEN:
        ticket.resolved_at = ticket.closed_at = None
        surveys.take_back_survey(session, ticket, now)
        _leave_to_others(session, ticket, actor, now)


def restore_status(
    session: Session, ticket: Ticket, actor: Actor, before: Status, now: datetime, reason: str
) -> None:
    """Undo a status: bring the ticket back to what it was, whatever steps would lead there."""
    finished, was_finished = before in _FINISHED, ticket.status in _FINISHED
    if finished:
        set_snooze(session, ticket, actor, None, now, OVER)
    record_change(session, ticket, actor, HistoryField.STATUS, ticket.status, before, now, reason)
    ticket.status = before
    ticket.resolved_at = (ticket.resolved_at or now) if finished else None
    ticket.closed_at = (ticket.closed_at or now) if before == Status.CLOSED else None
    if finished and not was_finished:
        tell_parents(session, ticket, actor, now)
    if not finished:
        surveys.take_back_survey(session, ticket, now)


def restore_snooze(
    session: Session, ticket: Ticket, actor: Actor, ended_at: datetime, now: datetime, reason: str
) -> None:
    """Undo that a status, which is undone, ended a snooze then; if its time is to come."""
    newest = session.scalar(
        select(Change)
        .where(Change.ticket_id == ticket.id, Change.field == HistoryField.SNOOZE)
        .order_by(Change.id.desc())
        .limit(1)
    )
    if newest is None or newest.new_value or newest.created_at != ended_at:
        return
    before = read_snooze(newest.old_value)
    if before and before.until > now and ticket.status not in _FINISHED:
        set_snooze(session, ticket, actor, before, now, reason)


def _leave_to_others(session: Session, ticket: Ticket, actor: Actor, now: datetime) -> None:
    """Have a ticket that is opened again be nobody's where its assignee is no colleague now."""
    gone = ticket.assignee
    if gone is not None and not gone.is_staff:
        field, reason = HistoryField.ASSIGNEE, "no colleague now"
        record_change(session, ticket, actor, field, gone.shown_name, "", now, reason)
        ticket.assignee = None

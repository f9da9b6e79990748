"""Change what an answer of staff is to change on its ticket, besides the status."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from helpdesk.actions.change_ticket import assign, change_priority
from helpdesk.actor import Actor
from helpdesk.models import Change, HistoryField, Person, Ticket
from helpdesk.tickets.access import id_written
from helpdesk.tickets.with_answer import ME, WithAnswer


def change_with_answer(
    session: Session,
    actor: Actor,
    ticket: Ticket,
    changes: WithAnswer,
    *,
    now: datetime,
    reason: str,
) -> None:
    """Make the changes that come with an answer; each is recorded with this reason.

    :raises NotAllowed:
    :raises InvalidInput: there is no such priority, or nobody of staff with this id any more.
    """
    if changes.assignee:
        me = changes.assignee == ME and actor.person_id
        assign(session, actor, ticket, me or id_written(changes.assignee), now=now, reason=reason)
    if changes.priority:
        change_priority(session, actor, ticket, changes.priority, now=now, reason=reason)


def restore_with_answer(
    session: Session,
    actor: Actor,
    ticket: Ticket,
    came_with_it: dict[HistoryField, Change],
    *,
    now: datetime,
    reason: str,
) -> WithAnswer:
    """Undo what came with an answer that is taken back; returns what that was.

    :param came_with_it: the change of each field.
    """
    assigned = came_with_it.get(HistoryField.ASSIGNEE)
    prioritised = came_with_it.get(HistoryField.PRIORITY)
    assignee = str(ticket.assignee_id or "") if assigned else ""
    if assigned:
        before = session.get(Person, assigned.old_id) if assigned.old_id else None
        before_id = before.id if before and before.is_staff else None
        assign(session, actor, ticket, before_id, now=now, reason=reason, tell=False)
    if prioritised:
        change_priority(session, actor, ticket, prioritised.old_value, now=now, reason=reason)
    return WithAnswer(assignee, prioritised.new_value if prioritised else "")

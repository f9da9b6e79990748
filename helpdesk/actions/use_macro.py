"""Use a macro: do all that it says to a ticket, as one act that one undo takes back."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from helpdesk.actions.change_ticket import change_status
from helpdesk.actions.change_with_answer import change_with_answer
from helpdesk.actions.move_ticket import move_ticket
from helpdesk.actions.use_canned_reply import take_back_macro, use_canned_reply
from helpdesk.actor import Actor
from helpdesk.errors import InvalidInput
from helpdesk.models import CannedReply, CannedUse, Change, HistoryField, Ticket
from helpdesk.rows import add_now
from helpdesk.tickets.access import STAFF_ONLY, TicketRef, known_id, open_ticket_for_change
from helpdesk.tickets.canned_replies import may_use


def use_macro(
    session: Session,
    actor: Actor,
    ticket: TicketRef,
    macro_id: int,
    *,
    now: datetime,
    despite_children: bool = False,
) -> Ticket:
    """Change a ticket as a macro says, and count that it was used.

    The history has one act of it, with the macro's name for a reason.

    :param despite_children: it finishes the ticket also where an open child holds it open.
    :raises NotFound, NotAllowed, TicketMerged:
    :raises InvalidInput: (``macro``) it is a canned reply, whose answer somebody must send; or what
        it says cannot be done.
    :raises StepNotAllowed: the ticket cannot have the status that it says, or a child holds it
        open.
    """
    ticket = open_ticket_for_change(session, actor, ticket, staff_only=STAFF_ONLY)
    used = use_canned_reply(session, actor, ticket, macro_id, now=now)
    if used.filled.text:
        raise InvalidInput("macro", f"“{used.name}” is an answer: put it into the composer.")
    reason = f"macro “{used.name}”"
    head = _begin_act(session, actor, ticket, used.name, now)
    session.get_one(CannedUse, used.use_id).change_id = head.id
    if used.status:
        change = partial(change_status, despite_children=despite_children)
        change(session, actor, ticket, used.status, now=now, reason=reason)
    note = change_with_answer(session, actor, ticket, used.changes, now=now, reason=reason)
    if used.moves_to_id is not None:
        move_ticket(session, actor, ticket, used.moves_to_id, now=now, reason=reason)
    session.flush()
    if note is not None:
        head.old_id = note.id
    more = exists().where(Change.ticket_id == ticket.id, Change.id > head.id)
    if note is None and not session.scalar(select(more)):
        take_back_macro(session, head)  # all of it was so before
        session.delete(head)
        session.flush()
        return ticket
    ticket.updated_at = now
    return ticket


def _begin_act(session: Session, actor: Actor, ticket: Ticket, name: str, now: datetime) -> Change:
    """Write the line of the history that names the macro; what it does stands beneath."""
    session.flush()
    head = Change(
        ticket_id=ticket.id,
        changed_by_id=actor.person_id,
        field=HistoryField.MACRO,
        new_value=name,
        created_at=now,
    )
    add_now(session, head)
    return head


def checked_macro(session: Session, actor: Actor, macro_id: int) -> CannedReply:
    """The macro with this id.

    :raises InvalidInput: (``macro``) there is none, or it is a canned reply.
    """
    found = session.get(CannedReply, known_id(macro_id))
    sees = found is not None and may_use(actor, found.mailbox_id, found.moves_to_id)
    if found is None or found.text or not actor.is_staff or not sees:
        raise InvalidInput("macro", "There is no such macro.")
    return found

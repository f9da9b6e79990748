"""Use a canned reply on a ticket: what is to stand in the composer, and that it was used."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from helpdesk.actions.change_checklist import LONGEST_ITEM
from helpdesk.actor import Actor
from helpdesk.errors import NotAllowed, NotFound
from helpdesk.models import CannedReply, Person
from helpdesk.queries.canned_replies import filled_on, items_on, view_of
from helpdesk.tickets.access import LACKS_RIGHT, TicketRef, check_staff, find_ticket, known_id
from helpdesk.tickets.canned_replies import FilledText, may_use
from helpdesk.tickets.content import StoredFile
from helpdesk.tickets.with_answer import WithAnswer, written_custom
from helpdesk.vocabulary import MailboxRight

_STAFF_ONLY = "Only staff answer with canned replies."


@dataclass(frozen=True)
class UsedReply:
    """What a canned reply puts into the composer of a ticket."""

    name: str
    filled: FilledText
    files: tuple[StoredFile, ...]
    status: str
    """Where the answer is to leave the ticket; empty where it does not say."""
    changes: WithAnswer
    moves_to_id: int | None = None
    """The mailbox that a macro moves the ticket to."""


def use_canned_reply(
    session: Session, actor: Actor, ticket: TicketRef, reply_id: int, *, now: datetime
) -> UsedReply:
    """Fill a canned reply in for a ticket, and count that it was used. The ticket stays as it is.

    :raises NotAllowed: the actor is not staff, or may not answer there.
    :raises NotFound: there is no such ticket, or no such canned reply for it.
    :raises InvalidInput: (``text``) it is longer than an answer may be.
    """
    check_staff(actor, _STAFF_ONLY)
    if isinstance(ticket, int | str):
        ticket = find_ticket(session, actor, ticket)
    if not actor.may(ticket.mailbox_id, MailboxRight.ANSWER):
        raise NotAllowed(LACKS_RIGHT[MailboxRight.ANSWER])
    reply = session.get(CannedReply, known_id(reply_id), with_for_update=True)
    is_offered = (
        reply is not None
        and reply.mailbox_id in (None, ticket.mailbox_id)
        and reply.team_id in (None, ticket.team_id)
        and may_use(actor, reply.mailbox_id, reply.moves_to_id)
    )
    if reply is None or not is_offered:
        raise NotFound("There is no such canned reply for this ticket.")
    if actor.person_id is None:
        raise NotAllowed(_STAFF_ONLY)
    agent = session.get_one(Person, actor.person_id)
    filled = filled_on(session, ticket, agent, reply.text)
    note = filled_on(session, ticket, agent, reply.note).text
    items = items_on(ticket, agent, reply.checklist, LONGEST_ITEM)
    view, assignee = view_of(reply), reply.assignee
    reply.used_count += 1
    reply.used_at = now
    is_gone = assignee is not None and not assignee.is_staff
    changes = WithAnswer(
        "" if is_gone else view.assignee,
        view.priority,
        ",".join(view.tags),
        str(view.snooze_hours or ""),
        note,
        written_custom({f"field.{number}": typed for number, typed in view.custom.items()}),
        "\n".join(items),
    )
    return UsedReply(view.name, filled, view.files, view.status_after, changes, view.moves_to_id)

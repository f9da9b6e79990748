"""Use a canned reply on a ticket: what is to stand in the composer, and that it was used; take that
back.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from helpdesk.actions.change_checklist import LONGEST_ITEM
from helpdesk.actor import Actor
from helpdesk.errors import NotAllowed, NotFound
from helpdesk.models import CannedReply, CannedUse, Change, Person, Ticket
from helpdesk.queries.canned_replies import filled_on, items_on, view_of
from helpdesk.rows import add_now
from helpdesk.tickets.access import LACKS_RIGHT, TicketRef, check_staff, find_ticket, known_id
from helpdesk.tickets.canned_replies import FilledText, may_use
from helpdesk.tickets.content import StoredFile
from helpdesk.tickets.with_answer import WithAnswer, written_custom
from helpdesk.vocabulary import MailboxRight

_KEPT_FOR = timedelta(days=90)
"""How long a use is remembered by itself. Whoever undoes a macro later leaves its use counted."""
_STAFF_ONLY = "Only staff answer with canned replies."


@dataclass(frozen=True)
class UsedReply:
    """What a canned reply puts into the composer of a ticket."""

    name: str
    use_id: int
    """This use, by which it is taken back."""
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
    ticket = _ticket(session, actor, ticket)
    reply = session.get(CannedReply, known_id(reply_id), with_for_update=True)
    if reply is None or not _is_offered(actor, ticket, reply):
        raise NotFound("There is no such canned reply for this ticket.")
    if actor.person_id is None:
        raise NotAllowed(_STAFF_ONLY)
    agent = session.get_one(Person, actor.person_id)
    filled = filled_on(session, ticket, agent, reply.text)
    note = filled_on(session, ticket, agent, reply.note).text
    items = items_on(ticket, agent, reply.checklist, LONGEST_ITEM)
    view, assignee = view_of(reply), reply.assignee
    use = _count_use(session, reply, now)
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
    return UsedReply(
        view.name, use.id, filled, view.files, view.status_after, changes, view.moves_to_id
    )


def take_back_use(
    session: Session, actor: Actor, ticket: TicketRef, reply_id: int, use_id: int
) -> None:
    """Count a use of a canned reply no longer: what it put into the composer was taken out again.

    :raises NotAllowed: the actor is not staff, or may not answer there.
    :raises NotFound: there is no such ticket, no such canned reply for it, or no such use of it.
    """
    ticket = _ticket(session, actor, ticket)
    reply = session.get(CannedReply, known_id(reply_id))
    use = session.get(CannedUse, known_id(use_id))
    known = reply is not None and use is not None and use.canned_reply_id == reply.id
    if reply is None or use is None or not known or not _is_offered(actor, ticket, reply):
        raise NotFound("There is no such canned reply for this ticket.")
    if use.change_id is not None:
        raise NotFound("A macro is taken back with what it changed.")
    _take_back(session, use)


def take_back_macro(session: Session, head: Change) -> None:
    """Count a use of a macro no longer, now that what it did is undone.

    :param head: the line of the history that names it.
    """
    # A number that was another line's once: that was at another time.
    same = (CannedUse.change_id == head.id, CannedUse.used_at == head.created_at)
    use = session.scalar(select(CannedUse).where(*same))
    if use is not None:
        _take_back(session, use)


def _ticket(session: Session, actor: Actor, ticket: TicketRef) -> Ticket:
    check_staff(actor, _STAFF_ONLY)
    if isinstance(ticket, int | str):
        ticket = find_ticket(session, actor, ticket)
    if not actor.may(ticket.mailbox_id, MailboxRight.ANSWER):
        raise NotAllowed(LACKS_RIGHT[MailboxRight.ANSWER])
    return ticket


def _is_offered(actor: Actor, ticket: Ticket, reply: CannedReply) -> bool:
    return (
        reply.mailbox_id in (None, ticket.mailbox_id)
        and reply.team_id in (None, ticket.team_id)
        and may_use(actor, reply.mailbox_id, reply.moves_to_id)
    )


def _count_use(session: Session, reply: CannedReply, now: datetime) -> CannedUse:
    reply.used_count += 1
    reply.used_at = now
    of_it = CannedUse.canned_reply_id == reply.id
    session.execute(delete(CannedUse).where(of_it, CannedUse.used_at < now - _KEPT_FOR))
    use = CannedUse(canned_reply_id=reply.id, used_at=now)
    add_now(session, use)
    return use


def _take_back(session: Session, use: CannedUse) -> None:
    reply = session.get_one(CannedReply, use.canned_reply_id, with_for_update=True)
    # Only one of two who take it back at once finds it.
    gone = session.execute(delete(CannedUse).where(CannedUse.id == use.id).returning(CannedUse.id))
    if gone.scalar() is None:
        return
    of_it = CannedUse.canned_reply_id == reply.id
    last = session.scalar(select(func.max(CannedUse.used_at)).where(of_it))
    reply.used_count = max(0, reply.used_count - 1)
    reply.used_at = (last or reply.used_at) if reply.used_count else None

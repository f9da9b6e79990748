"""Move a ticket to spam or trash, and back to the inbox. Its status stays as it is."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, exists, select
from sqlalchemy.orm import Session

from helpdesk import validation
from helpdesk.actor import Actor
from helpdesk.errors import InvalidInput
from helpdesk.mail_out import outbox
from helpdesk.mail_out.templates import TO_STAFF
from helpdesk.models import (
    IS_STAFF,
    Comment,
    Concern,
    HistoryField,
    Notice,
    OutboundMail,
    OutboundState,
    Person,
    Ticket,
)
from helpdesk.tickets.access import STAFF_ONLY, TicketRef, open_ticket_for_change
from helpdesk.tickets.concerns import see
from helpdesk.tickets.history import record_change
from helpdesk.vocabulary import Folder

_NOT_LEFT = "An answer has not left yet: take it back first, or wait until it has left."


def change_folder(
    session: Session,
    actor: Actor,
    ticket: TicketRef,
    folder: str,
    *,
    now: datetime,
    reason: str = "",
) -> Ticket:
    """Keep a ticket elsewhere: in spam, in trash, or in the inbox again.

    Nobody has to say why, whatever the mailbox wants of other changes. Of what goes to spam nobody
    outside is mailed any more: what waits for them is cancelled.

    :raises NotFound, NotAllowed, TicketMerged:
    :raises InvalidInput: there is no such folder; or it goes to spam or trash while an answer waits
        to leave.
    """
    ticket = open_ticket_for_change(session, actor, ticket, staff_only=STAFF_ONLY, or_system=True)
    wanted = validation.member_of(Folder, folder, "folder")
    if wanted != ticket.folder:
        put_in(session, actor, ticket, wanted, now, reason)
    return ticket


def put_in(
    session: Session, actor: Actor, ticket: Ticket, folder: Folder, now: datetime, reason: str = ""
) -> None:
    """Keep a ticket elsewhere than now. The right to is checked before.

    :raises InvalidInput: it goes to spam or trash while an answer waits to leave.
    """
    if folder != Folder.INBOX and _has_answer_waiting(session, ticket):
        raise InvalidInput("folder", _NOT_LEFT)
    record_change(session, ticket, actor, HistoryField.FOLDER, ticket.folder, folder, now, reason)
    ticket.folder = folder
    ticket.put_away_at = None if folder == Folder.INBOX else now
    if folder == Folder.INBOX:
        return
    staff = Concern.person_id.in_(select(Person.id).where(IS_STAFF))  # by the index of the unseen
    see(session, now, staff, Concern.ticket_id == ticket.id)
    session.execute(delete(Notice).where(Notice.ticket_id == ticket.id))
    if folder == Folder.SPAM:
        _cancel_mails(session, ticket, now)


def _has_answer_waiting(session: Session, ticket: Ticket) -> bool:
    waiting = exists().where(Comment.ticket_id == ticket.id, Comment.leaves_at.is_not(None))
    return bool(session.scalar(select(waiting)))


def _cancel_mails(session: Session, ticket: Ticket, now: datetime) -> None:
    waiting = session.scalars(
        select(OutboundMail.id).where(
            OutboundMail.ticket_id == ticket.id,
            OutboundMail.state.in_((OutboundState.QUEUED, OutboundState.DEFERRED)),
            OutboundMail.template.not_in(TO_STAFF),
        )
    )
    for mail_id in waiting.all():
        outbox.cancel(session, mail_id, now=now)

"""Cancel a mail that has not left."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from helpdesk.actor import Actor
from helpdesk.errors import AlreadyLeft, InvalidInput, NotAllowed
from helpdesk.mail_out import outbox
from helpdesk.models import Comment, HistoryField, OutboundMail, OutboundState, Ticket
from helpdesk.tickets.access import find_outbound
from helpdesk.tickets.history import record_change
from helpdesk.vocabulary import MailboxRight


def cancel_mail(session: Session, actor: Actor, mail_id: int, *, now: datetime) -> OutboundMail:
    """Take a queued or deferred mail out of the outbox; it can be sent again later.

    :raises NotAllowed, NotFound:
    :raises AlreadyLeft: it has left, or leaves just now.
    :raises InvalidInput: its answer still waits for its time: that is taken back as a whole.
    """
    if not actor.is_staff:
        raise NotAllowed("The outbox is for staff.")
    mail = find_outbound(session, actor, mail_id, MailboxRight.ANSWER)
    comment = session.get(Comment, mail.comment_id) if mail.comment_id else None
    if comment is not None and comment.leaves_at is not None:
        raise InvalidInput("state", "Its answer has not left: take it back on the ticket.")
    before = mail.state
    if not outbox.cancel(session, mail.id, now=now):
        raise AlreadyLeft("This mail is not waiting any more; it cannot be cancelled.")
    session.refresh(mail)
    ticket = session.get(Ticket, mail.ticket_id) if mail.ticket_id else None
    if ticket is not None:
        reason = f"the mail to {mail.recipient}"
        record_change(
            session, ticket, actor, HistoryField.MAIL, before, OutboundState.CANCELLED, now, reason
        )
    return mail

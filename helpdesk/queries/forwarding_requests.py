"""Requests to confirm that mail is forwarded to a mailbox: of one message, and of a mailbox."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.actor import Actor
from helpdesk.errors import NotFound
from helpdesk.mail_in.forwarding_request import SENDERS, ForwardingRequest, forwarding_request
from helpdesk.models import Comment, PersonAddress, Ticket
from helpdesk.queries.administration import mailbox_of_id
from helpdesk.tickets.access import find_ticket, known_id
from helpdesk.vocabulary import UNFINISHED, Folder, MailboxRight

MOST_SHOWN = 5


def request_of_message(
    session: Session, actor: Actor, number: str, comment_id: int
) -> ForwardingRequest:
    """What a message asks to be confirmed, to who decides about its mailbox's mail.

    :raises NotFound: there is no such ticket or message, or it asks for nothing.
    :raises NotAllowed: they see the ticket, and decide about no mail there.
    """
    ticket = find_ticket(session, actor, number, MailboxRight.MANAGE)
    comment = session.get(Comment, known_id(comment_id))
    author = comment.author if comment is not None else None
    found = None
    if comment is not None and author is not None and comment.ticket_id == ticket.id:
        found = forwarding_request(
            author.address, ticket.subject, comment.text, proven=not comment.unverified
        )
    if found is None:
        raise NotFound("This message asks for no forwarding.")
    return found


def requests_in(session: Session, actor: Actor, mailbox_id: int) -> tuple[str, ...]:
    """The numbers of a mailbox's open tickets that such a mail began, the newest first.

    :raises NotAllowed, NotFound: the actor is no admin; there is no such mailbox.
    """
    mailbox = mailbox_of_id(session, actor, mailbox_id)
    found = (
        select(Ticket.number)
        .join(PersonAddress, PersonAddress.person_id == Ticket.requester_id)
        .where(
            PersonAddress.address.in_(SENDERS),
            Ticket.mailbox_id == mailbox.id,
            Ticket.status.in_(UNFINISHED),
            Ticket.folder == Folder.INBOX,
        )
        .order_by(Ticket.id.desc())
        .limit(MOST_SHOWN)
    )
    return tuple(session.scalars(found))

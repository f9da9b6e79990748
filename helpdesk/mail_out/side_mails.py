"""The mails of a side conversation: their Message-IDs, reply addresses and thread are its own.

Nothing of the ticket goes into them: neither its number nor its subject, no earlier message, no
link, and no Message-ID of the customer's conversation.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from helpdesk import links
from helpdesk.db import secret_of
from helpdesk.mail_in.thread_index import Thread, note_mail, thread_in_side
from helpdesk.mail_out import outbox
from helpdesk.mail_out.answer_values import attached_values
from helpdesk.mail_out.outgoing import OutgoingMail, Recipient
from helpdesk.mail_out.template_values import NamedRecipient
from helpdesk.mail_out.templates import TemplateName
from helpdesk.mail_out.ticket_mails import answer_subject
from helpdesk.models import Comment, Mailbox, OutboundMail, Person, SideConversation, Ticket
from helpdesk.tickets.folders import check_is_mailed
from helpdesk.tickets.mailboxes import mailbox_for


def send_in_side(
    session: Session,
    ticket: Ticket,
    side: SideConversation,
    comment: Comment,
    author: Person,
    people: Sequence[Person],
    now: datetime,
) -> list[OutboundMail]:
    """Put what staff wrote in it into the outbox, a mail to each; they see one another.

    :param comment: how it stands on the ticket: its text, its files, and when it may leave.
    :raises InvalidInput: (``folder``) the ticket is in spam.
    """
    mailbox = mailbox_for(session, ticket)
    values = {
        "text": comment.reply_text,
        "author_name": author.name_for_customers,
        "attachments": attached_values(comment.reply_text, comment.attachments),
        "in_copy": True,
    }
    made = []
    for person in people:
        check_is_mailed(ticket, person)
        others = [_named(one) for one in people if one is not person]
        thread = thread_in_side(session, side.id, person)
        mail = _mail(session, mailbox, side, comment, person, thread, values | {"cc": others})
        made.append(outbox.put(session, mail, now=now, not_before=comment.leaves_at))
        note_mail(
            session,
            ticket,
            mail.message_id,
            comment_id=comment.id,
            recipients=[mail.recipient.address],
            minted_for_id=person.id,
            may_be_known=False,
            side_id=side.id,
        )
    return made


def _mail(
    session: Session,
    mailbox: Mailbox,
    side: SideConversation,
    comment: Comment,
    person: Person,
    thread: Thread,
    values: dict[str, object],
) -> OutgoingMail:
    secret, domain = secret_of(session), mailbox.address.rpartition("@")[2]
    token = links.side_token(secret, side.id, person.id, side.link_generation)
    return OutgoingMail(
        template=TemplateName.SIDE_MESSAGE_OUTSIDE,
        values=values,
        recipient=Recipient.of(person),
        subject=answer_subject(side.subject) if thread.references else side.subject,
        message_id=links.mint_side_message_id(secret, side.id, person.id, domain),
        mailbox_id=mailbox.id,
        ticket_id=comment.ticket_id,
        comment_id=comment.id,
        in_reply_to=thread.in_reply_to,
        references=thread.references,
        reply_to=links.reply_address(mailbox.address, token),
    )


def _named(person: Person) -> NamedRecipient:
    return {"name": person.name, "address": person.address}

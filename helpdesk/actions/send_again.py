"""Send a mail of the outbox again, because a person says so; corrected first, where it needs it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk import validation
from helpdesk.actor import Actor
from helpdesk.addr_spec import strict_address
from helpdesk.errors import InvalidInput
from helpdesk.mail_out import outbox, ticket_mails
from helpdesk.mail_out.outbox import cancel_mail_to_author
from helpdesk.mail_out.templates import WRITTEN_BY_PEOPLE
from helpdesk.models import Comment, HistoryField, OutboundMail, OutboundState, Ticket
from helpdesk.tickets.access import check_staff, find_outbound
from helpdesk.tickets.history import record_change
from helpdesk.tickets.people import person_at
from helpdesk.tickets.queue_row import refresh_queue_row
from helpdesk.tickets.side_people import check_not_aside
from helpdesk.vocabulary import MailboxRight, MessageKind


def send_again(session: Session, actor: Actor, mail_id: int, *, now: datetime) -> OutboundMail:
    """The same mail once more: same Message-ID, same bytes, five new days of trying.

    :raises NotAllowed, NotFound:
    :raises InvalidInput: where it needs no sending, or was replaced or taken back, or its link was
        wiped.
    """
    mail = _mail_of(session, actor, mail_id)
    before = mail.state
    outbox.send_again(session, mail.id, now=now)
    _note(session, actor, mail, before, "sent again", now)
    return mail


def send_corrected(
    session: Session, actor: Actor, mail_id: int, *, recipient: str, text: str, now: datetime
) -> OutboundMail:
    """A new mail in the place of one that did not arrive: to another address, with other words.

    The old one stays as it was, marked as replaced. Other words are for an answer that nobody has
    got yet: the conversation then shows them instead.

    :param recipient: a strict addr-spec.
    :param text: Markdown.
    :raises NotAllowed, NotFound:
    :raises InvalidInput: where a field does not hold, or the mail is none to correct.
    """
    mail = _mail_of(session, actor, mail_id)
    if mail.template not in WRITTEN_BY_PEOPLE or mail.state not in outbox.SENDABLE_AGAIN:
        raise InvalidInput("state", "Only an answer that did not arrive can be corrected.")
    recipient = strict_address(recipient.strip(), field="recipient")
    text = validation.message(text, "text", validation.ANSWER_LENGTH)
    comment = session.get(Comment, mail.comment_id) if mail.comment_id else None
    ticket = session.get(Ticket, mail.ticket_id) if mail.ticket_id else None
    if ticket is None or comment is None:
        raise InvalidInput("state", "The answer of this mail is not there any more.")
    if comment.side_conversation_id is not None:
        raise InvalidInput(
            "state", "Write to the other address in the side conversation, on the ticket."
        )
    if somebody := person_at(session, recipient):
        check_not_aside(session, ticket, [somebody], "recipient")
    if text != str(mail.values.get("text", "")).strip():
        _check_nobody_got_it(session, mail)
        comment.text = comment.reply_text = text
        session.flush()
        refresh_queue_row(session, ticket)
    made = ticket_mails.send_in_place_of(session, ticket, mail, recipient, text, now)
    session.flush()
    mail.replaced_by_id = made.id
    cancel_mail_to_author(session, mail, now)
    _note(session, actor, mail, mail.state, f"sent to {recipient} instead", now)
    return made


def _mail_of(session: Session, actor: Actor, mail_id: int) -> OutboundMail:
    check_staff(actor, "The outbox is for staff.")
    mail = find_outbound(session, actor, mail_id, MailboxRight.ANSWER, lock=True)
    if mail.replaced_by_id is not None:
        raise InvalidInput("state", "A corrected mail was sent in its place already.")
    if mail.comment_id is not None:
        comment = session.get(Comment, mail.comment_id)
        if comment is not None and comment.kind == MessageKind.TAKEN_BACK:
            raise InvalidInput(
                "state",
                "This was taken back on its ticket. Send what stands in the composer there.",
            )
    return mail


def _check_nobody_got_it(session: Session, mail: OutboundMail) -> None:
    got_it = session.scalar(
        select(OutboundMail.id)
        .where(
            OutboundMail.comment_id == mail.comment_id,
            OutboundMail.template.in_(WRITTEN_BY_PEOPLE),
            OutboundMail.state.not_in(
                (OutboundState.FAILED, OutboundState.BOUNCED, OutboundState.CANCELLED)
            ),
        )
        .limit(1)
    )
    if got_it is not None:
        raise InvalidInput(
            "text",
            "Someone may have got this answer as it was. Send it unchanged, or write a new answer.",
        )


def _note(
    session: Session, actor: Actor, mail: OutboundMail, before: str, reason: str, now: datetime
) -> None:
    ticket = session.get(Ticket, mail.ticket_id) if mail.ticket_id else None
    if ticket is not None:
        record_change(
            session, ticket, actor, HistoryField.MAIL, before, OutboundState.QUEUED, now, reason
        )

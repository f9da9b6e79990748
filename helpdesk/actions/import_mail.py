"""File a mail of the past, as of its own date: threads are kept, and nobody is told of anything."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.actions.receive_mail import receive_mail
from helpdesk.actions.walk_status import walk_status
from helpdesk.actor import Actor
from helpdesk.db import policy_of, with_policy
from helpdesk.mail_in import thread_index
from helpdesk.mail_in.incoming import Incoming
from helpdesk.mail_in.ledger_row import MailOutcome, record_discarded, record_filed
from helpdesk.mail_in.routing import RoutingOutcome
from helpdesk.mail_in.signals import find_signals
from helpdesk.mail_out.notifications import notifications_suppressed
from helpdesk.models import InboundMail, Person, Ticket
from helpdesk.text import fold_address
from helpdesk.tickets.comments import CommentDraft, add_comment
from helpdesk.tickets.mailboxes import is_ours
from helpdesk.tickets.merged import current_ticket
from helpdesk.tickets.people import person_at
from helpdesk.vocabulary import Role, Source, Status


def import_mail(session: Session, mail: Incoming) -> MailOutcome:
    """File it as it would have been then, less all that would have left.

    Who sent it cannot be checked any more, so strictness does not apply. An old answer of ours
    stands on the ticket of the mail that it answers, as ours.
    """
    known = select(InboundMail.id).where(InboundMail.spool_name == mail.arrival.spool_name)
    with _as_of_old(session):
        filed = None if session.scalar(known) else _old_answer(session, mail)
        return filed or receive_mail(session, mail, now=mail.arrival.received_at)


def seen_before(session: Session, same_key: str) -> bool:
    """Whether the same mail came before, however long ago."""
    chosen = select(InboundMail.id).where(InboundMail.same_key == same_key).limit(1)
    return session.scalar(chosen) is not None


@contextmanager
def _as_of_old(session: Session) -> Iterator[None]:
    lenient = replace(policy_of(session), strict=False)
    with notifications_suppressed(session), with_policy(session, lenient):
        yield


def _old_answer(session: Session, mail: Incoming) -> MailOutcome | None:
    """What became of a mail of a mailbox of ours, or of staff; None where it is somebody else's."""
    if mail.sender is None or mail.hold_reason:
        return None
    author = person_at(session, mail.sender.address)
    from_mailbox = is_ours(session, mail.sender.address)
    if not from_mailbox and not (author and author.is_staff):
        return None
    signals = find_signals(session, mail, author.id if author else None)
    if signals:
        ticket = current_ticket(session, signals[0].ticket.id, for_update=True)
        return _add_answer(session, mail, ticket, author)
    if from_mailbox:
        reason = "An old mail of ours that answers none that is here."
        return record_discarded(session, mail, reason, mail.arrival.received_at)
    return None


def _add_answer(
    session: Session, mail: Incoming, ticket: Ticket, author: Person | None
) -> MailOutcome:
    then = mail.arrival.received_at
    draft = CommentDraft(
        author.id if author else None,
        mail.body,
        Source.MAIL,
        from_staff=True,
        unverified=True,
        files=mail.files,
    )
    comment = add_comment(session, ticket, draft, then)
    thread_index.note_mail(
        session,
        ticket,
        mail.message_id,
        comment_id=comment.id,
        recipients=[fold_address(named.address) for named in (*mail.to, *mail.cc)],
    )
    if ticket.status in (Status.OPEN, Status.IN_PROGRESS):
        actor = Actor(author.id if author else None, Role.SYSTEM)
        walk_status(session, ticket, actor, Status.WAITING, then, "with the answer")
    decision = {
        "outcome": RoutingOutcome.JOIN,
        "rule": "imported answer",
        "why": "It is an old answer of ours to a mail of this ticket.",
    }
    return record_filed(session, mail, ticket, comment, decision, then)

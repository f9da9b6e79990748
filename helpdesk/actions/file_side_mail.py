"""File a mail that answers in a side conversation: staff alone see it, and are told."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.actions.walk_status import walk_status
from helpdesk.actor import SYSTEM
from helpdesk.mail_in import thread_index
from helpdesk.mail_in.copies import named_beside, written_to_in
from helpdesk.mail_in.incoming import Incoming
from helpdesk.mail_in.ledger_row import MailOutcome, record_filed
from helpdesk.mail_in.only_thanks import only_thanks
from helpdesk.mail_in.routing import Decision, RoutingOutcome
from helpdesk.mail_out.notifications import notify
from helpdesk.models import Comment, NotificationKind, Person, SideConversation, Ticket
from helpdesk.text import fold_address
from helpdesk.tickets.comments import CommentDraft, add_comment
from helpdesk.tickets.history import ANSWERED_ASIDE
from helpdesk.tickets.queue_row import said_by_someone_else
from helpdesk.tickets.snoozing import wake_by_answer
from helpdesk.vocabulary import MACHINE_KINDS, STAFF_ROLES, MessageKind, Source, Status, Verdict


def file_side_mail(
    session: Session, mail: Incoming, person: Person, decision: Decision, now: datetime
) -> MailOutcome:
    """Put it into the side conversation that was decided on. It comes back to nobody outside, and
    adds nobody; a machine's mail wakes nothing.

    :param person: who wrote it.
    """
    ticket = session.get_one(Ticket, decision.ticket_id, with_for_update=True)
    is_machine, is_proven = mail.kind in MACHINE_KINDS, mail.verdict == Verdict.PASS
    is_stranger = decision.outcome == RoutingOutcome.SIDE_STRANGER
    draft = CommentDraft(
        person.id,
        mail.body,
        Source.MAIL,
        kind=mail.kind if is_machine else MessageKind.MESSAGE,
        internal=True,
        side_id=decision.side_id,
        unverified=decision.unverified,
        claimed_name=mail.claimed_name,
        staff_annotation=decision.why if is_stranger else "",
        files=mail.files,
        copied=[(one.name, one.address) for one in named_beside(session, mail)],
        written_to=written_to_in(session, mail),
    )
    comment = add_comment(session, ticket, draft, now)
    # Who is in copy of a proven mail of theirs may answer it.
    recipients = (*mail.to, *mail.cc) if is_proven and not is_stranger else ()
    thread_index.note_mail(
        session,
        ticket,
        mail.message_id,
        comment_id=comment.id,
        recipients=[fold_address(named.address) for named in recipients],
        side_id=decision.side_id,
    )
    if not is_machine:
        reopens = not is_stranger and not only_thanks(session, mail, person, ticket)
        _wake(session, ticket, comment, now, reopens=reopens)
        _tell(session, ticket, comment, person, now)
    return record_filed(session, mail, ticket, comment, decision.as_dict(), now)


def _wake(
    session: Session, ticket: Ticket, comment: Comment, now: datetime, *, reopens: bool
) -> None:
    """Bring the ticket back to staff. Since when its customer waits stays as it was, and so does
    what they owe: an answer of somebody else is not theirs.

    By Postdesk itself, since customers may read who changed a status.
    """
    ticket.someone_else_said = said_by_someone_else(comment)
    wake_by_answer(session, ticket, SYSTEM, now, ANSWERED_ASIDE)
    if ticket.status == Status.WAITING:
        walk_status(session, ticket, SYSTEM, Status.IN_PROGRESS, now, ANSWERED_ASIDE)
        ticket.owes_answer = True
    elif ticket.status in (Status.RESOLVED, Status.CLOSED) and reopens:
        walk_status(session, ticket, SYSTEM, Status.OPEN, now, ANSWERED_ASIDE)
        ticket.someone_else_said = said_by_someone_else(comment)


def _tell(session: Session, ticket: Ticket, comment: Comment, by: Person, now: datetime) -> None:
    """Tell who works on the ticket, and who began the side conversation."""
    side = session.get_one(SideConversation, comment.side_conversation_id)
    told: list[int | None] = [*_active_staff(session, {ticket.assignee_id, side.started_by_id})]
    for person_id in told or [None]:
        notify(
            session,
            NotificationKind.CUSTOMER_REPLIED,
            ticket,
            by_id=None if by.is_staff else by.id,
            comment_id=comment.id,
            person_id=person_id,
            now=now,
        )


def _active_staff(session: Session, ids: Iterable[int | None]) -> list[int]:
    wanted = [one for one in ids if one is not None]
    return list(
        session.scalars(
            select(Person.id)
            .where(Person.id.in_(wanted), Person.role.in_(STAFF_ROLES), Person.active.is_(True))
            .order_by(Person.id)
        )
    )

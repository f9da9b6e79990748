"""Reply: a public comment. From staff it leaves as mail; from a customer it comes from the web."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import KW_ONLY, dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk import validation
from helpdesk.actions.change_folder import put_in
from helpdesk.actions.change_people import decide_pending
from helpdesk.actions.change_ticket import give_to
from helpdesk.actions.change_with_answer import change_with_answer
from helpdesk.actions.take_asked_address import settle_question
from helpdesk.actions.walk_status import steps_to, walk_status
from helpdesk.actor import SYSTEM, Actor
from helpdesk.errors import InvalidInput, NotAllowed
from helpdesk.mail_in.only_thanks import only_typed_thanks
from helpdesk.mail_out import ticket_mails
from helpdesk.mail_out.answer_mails import pairs_of, send_answer
from helpdesk.mail_out.notifications import notify
from helpdesk.models import Comment, HistoryField, NotificationKind, Person, Ticket
from helpdesk.tickets.access import TicketRef, open_ticket_for_change
from helpdesk.tickets.acts import WITH_REPLY
from helpdesk.tickets.canned_replies import gaps_in
from helpdesk.tickets.comments import CommentDraft, add_comment
from helpdesk.tickets.content import StoredFile, plain_body
from helpdesk.tickets.desk_settings import desk_settings
from helpdesk.tickets.history import record_change
from helpdesk.tickets.moved import Seen, check_status_in_reach, check_unmoved
from helpdesk.tickets.queue_row import said_by_someone_else
from helpdesk.tickets.side_people import check_not_aside
from helpdesk.tickets.snoozing import wake_by_answer
from helpdesk.tickets.typed_people import Copies, copies_typed
from helpdesk.tickets.with_answer import WithAnswer
from helpdesk.vocabulary import Folder, Source, Status

LATEST = timedelta(days=365)


@dataclass(frozen=True)
class Answer:
    """What somebody writes on a ticket for everybody on it."""

    text: str
    _: KW_ONLY
    files: Iterable[StoredFile] = ()
    source: Source = Source.WEB
    longest: int = validation.ANSWER_LENGTH
    status: str = ""
    """Where a staff reply leaves the ticket; empty for the usual: waiting, and what is finished
    stays so. Ignored for customers, whose answer reopens what was waiting, or finished unless it
    only thanks."""
    seen: Seen = Seen()  # noqa: RUF009 (frozen)
    """What the writer had before their eyes. If someone else wrote to all, or changed the ticket
    since, nothing is sent and :class:`TicketMoved` says who did what."""
    leaves_at: datetime | None = None
    """When a staff answer is to leave. Until then only staff see it, it can be taken back
    (:mod:`helpdesk.actions.take_back`), and the ticket stays as it is."""
    may_undo: bool = False
    """Where no time is given, it leaves after the writer's own time to undo it, and the ticket
    changes at once."""
    include: Collection[int] = ()
    """People named in copy by a mail who get this answer, and are on the ticket then."""
    leave_out: Collection[int] = ()
    """Those who do not, and leave the ticket."""
    cc: str = ""
    """Addresses, as they are typed, of people who get this answer and are on the ticket no more
    than before. Everybody who gets it sees them."""
    bcc: str = ""
    """The same, only that nobody else learns of them."""
    changes: WithAnswer = WithAnswer()  # noqa: RUF009 (frozen)
    """What else of the ticket a staff answer changes when it is sent."""
    known_gaps: Collection[str] | None = None
    """What of it is still to be filled in (:mod:`helpdesk.tickets.canned_replies`), as far as its
    writer was asked about that; None where nobody is to be asked."""
    despite_children: bool = False
    """Whether the status is reached also where an open child holds the ticket open."""
    reply_to: str | None = None
    """What its writer decided about where a mail asks for answers: a word of
    :mod:`helpdesk.actions.take_asked_address`, or nothing; None where nobody was asked, and the
    sender is answered."""


def reply(
    session: Session, actor: Actor, ticket: TicketRef, answer: Answer, *, now: datetime
) -> Comment:
    """Write a public comment on a ticket; from staff it leaves as mail.

    :raises NotFound, InvalidInput, NotAllowed, StepNotAllowed, TicketMoved, TicketMerged:
    """
    ticket = open_ticket_for_change(session, actor, ticket)
    text = validation.message(answer.text, "comment", answer.longest)
    if actor.person_id is None:
        raise NotAllowed("Only a person may reply.")
    files = tuple(answer.files)
    draft = CommentDraft(actor.person_id, plain_body(text), answer.source, files=files)
    if actor.is_staff and actor.person_id != ticket.requester_id:
        return _reply_as_staff(session, actor, ticket, answer, draft, now)
    comment = add_comment(session, ticket, draft, now)
    writer = session.get_one(Person, actor.person_id)
    thanks = only_typed_thanks(session, text, files, writer, ticket)
    customer_wrote(session, ticket, actor, now, comment.id, only_thanks=thanks)
    return comment


def _reply_as_staff(
    session: Session,
    actor: Actor,
    ticket: Ticket,
    answer: Answer,
    draft: CommentDraft,
    now: datetime,
) -> Comment:
    check_unmoved(session, ticket, actor, answer.seen, answer.status)
    check_status_in_reach(session, ticket, answer.status, answer.seen)
    _check_filled(answer)
    if answer.reply_to is not None:
        settle_question(session, actor, ticket, answer.reply_to, now)
    decide_pending(
        session, ticket, actor, include=answer.include, leave_out=answer.leave_out, now=now
    )
    people = ticket_mails.recipients_of(session, ticket)
    copies = _copies(session, ticket, answer, people, now)
    leaves_at = _time_to_leave(session, actor, answer, bool(people or copies.everybody), now)
    draft = replace(
        draft,
        from_staff=True,
        leaves_at=leaves_at,
        for_later=answer.leaves_at is not None,
        copied=pairs_of(copies.everybody),
    )
    if ticket.folder == Folder.TRASH:
        put_in(session, actor, ticket, Folder.INBOX, now, WITH_REPLY)
    begins = _has_no_beginning(session, ticket)
    comment = add_comment(session, ticket, draft, now)
    comment.opening = begins
    _bring_to_status(session, ticket, actor, answer, comment, now)
    change_with_answer(session, actor, ticket, answer.changes, now=now, reason=WITH_REPLY)
    author = session.get_one(Person, actor.person_id)
    if ticket.assignee_id is None and desk_settings(session).answering_takes:
        give_to(session, actor, ticket, author, WITH_REPLY, now)
    send_answer(session, ticket, comment, author, now, not_before=leaves_at, copies=copies)
    return comment


def _bring_to_status(
    session: Session, ticket: Ticket, actor: Actor, answer: Answer, comment: Comment, now: datetime
) -> None:
    """Do what the answer says of the ticket's status: now, or when it leaves."""
    if answer.leaves_at is not None:
        status = answer.status or _usual(ticket)
        steps_to(ticket, status)  # told now, not when nobody looks
        comment.status_after = status
    else:
        change_status_with_answer(
            session,
            ticket,
            actor,
            answer.status,
            now,
            despite_children=answer.despite_children,
        )


def _copies(
    session: Session, ticket: Ticket, answer: Answer, people: Collection[Person], now: datetime
) -> Copies:
    copies = copies_typed(session, answer.cc, answer.bcc, now, besides=people)
    check_not_aside(session, ticket, copies.cc, "cc")
    check_not_aside(session, ticket, copies.bcc, "bcc")
    return copies


def _check_filled(answer: Answer) -> None:
    """Ask once about what a canned reply left to be filled in."""
    gaps = gaps_in(answer.text) if answer.known_gaps is not None else ()
    new = [gap for gap in gaps if gap not in (answer.known_gaps or ())]
    if new:
        raise InvalidInput(
            "gaps", f"{', '.join(new)}: not filled in. Send again to send it as it stands."
        )


def customer_wrote(
    session: Session,
    ticket: Ticket,
    actor: Actor,
    now: datetime,
    comment_id: int | None = None,
    *,
    only_thanks: bool = False,
) -> None:
    """What a customer's word does: it is our turn again, and those who work on it are told of it.

    :param comment_id: what they wrote; None where it stood on another ticket, and was told of then.
    :param only_thanks: they only thank: what is finished stays so, and the history says why.
    """
    if comment_id is not None:
        notify(
            session,
            NotificationKind.CUSTOMER_REPLIED,
            ticket,
            by_id=actor.person_id,
            comment_id=comment_id,
            now=now,
        )
    if ticket.folder == Folder.TRASH:
        put_in(session, actor, ticket, Folder.INBOX, now, "the customer wrote again")
    wake_by_answer(session, ticket, actor, now, "the customer answered")
    if ticket.status == Status.WAITING:
        walk_status(session, ticket, actor, Status.IN_PROGRESS, now, "the customer answered")
    elif ticket.status in (Status.RESOLVED, Status.CLOSED) and only_thanks:
        record_change(session, ticket, actor, HistoryField.THANKS, "", ticket.status, now)
    elif ticket.status in (Status.RESOLVED, Status.CLOSED):
        walk_status(session, ticket, actor, Status.OPEN, now, "the customer wrote again")


def someone_else_wrote(
    session: Session, ticket: Ticket, comment: Comment, by: Person, now: datetime
) -> None:
    """What the word of somebody does who is not on the ticket, and which only staff see: it is our
    turn again, and those who work on it are told. What is finished it does not reopen.

    :param by: in whose name it came. Staff are told of their own, too: nobody proved that.
    """
    ticket.someone_else_said = said_by_someone_else(comment)
    wake_by_answer(session, ticket, SYSTEM, now, "someone else answered")
    if ticket.status == Status.WAITING:
        walk_status(session, ticket, SYSTEM, Status.IN_PROGRESS, now, "someone else answered")
        ticket.waiting_since = now
    notify(
        session,
        NotificationKind.CUSTOMER_REPLIED,
        ticket,
        by_id=None if by.is_staff else by.id,
        comment_id=comment.id,
        now=now,
    )


def change_status_with_answer(
    session: Session,
    ticket: Ticket,
    actor: Actor,
    status: str,
    now: datetime,
    *,
    despite_children: bool = False,
) -> None:
    """Bring the ticket to the status that was chosen with a staff answer.

    :param status: empty for the usual one.
    :raises StepNotAllowed: as :func:`helpdesk.actions.walk_status.walk_status`.
    """
    wanted = status or _usual(ticket)
    walk_status(session, ticket, actor, wanted, now, WITH_REPLY, despite_children=despite_children)


def _usual(ticket: Ticket) -> Status:
    """Where an answer leaves a ticket; an afterthought to a finished one does not open it again."""
    return ticket.status if ticket.status in (Status.RESOLVED, Status.CLOSED) else Status.WAITING


def _has_no_beginning(session: Session, ticket: Ticket) -> bool:
    """Whether the message that a ticket began with was taken back: the next answer begins it."""
    if ticket.first_response_at is not None:
        return False
    opening = select(Comment.id).where(Comment.ticket_id == ticket.id, Comment.opening.is_(True))
    return session.scalar(opening.limit(1)) is None


def _time_to_leave(
    session: Session, actor: Actor, answer: Answer, is_mailed: bool, now: datetime
) -> datetime | None:
    """When the mails leave; None for at once, also where there is nobody to mail to."""
    wanted = answer.leaves_at
    if wanted is None:
        author = session.get_one(Person, actor.person_id)
        undo = timedelta(seconds=author.undo_seconds if answer.may_undo else 0)
        return now + undo if undo and is_mailed else None
    if wanted <= now:
        raise InvalidInput("later", "That time has passed. Choose a later one, or send it now.")
    if wanted - now > LATEST:
        raise InvalidInput("later", "That is more than a year away. Choose an earlier time.")
    if not is_mailed:
        raise InvalidInput("later", "Nobody on this ticket has a mail address to send it to.")
    return wanted

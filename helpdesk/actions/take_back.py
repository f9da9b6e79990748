"""Take back an answer that has not left: nobody outside ever saw it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from helpdesk.actions.change_people import decided_with, restore_pending, restore_requester
from helpdesk.actions.change_with_answer import restore_with_answer
from helpdesk.actions.walk_status import restore_snooze, restore_status
from helpdesk.actor import Actor
from helpdesk.errors import AlreadyLeft, NotFound, TakenBackBefore
from helpdesk.mail_out.templates import WRITTEN_BY_PEOPLE
from helpdesk.models import (
    Change,
    Comment,
    DraftKind,
    HistoryField,
    OutboundMail,
    OutboundState,
    Person,
    SavedDraft,
    SideConversation,
    SidePerson,
    ThreadId,
    Ticket,
)
from helpdesk.tickets import search
from helpdesk.tickets.access import check_staff, known_id, ticket_for_change
from helpdesk.tickets.acts import TAKEN_BACK
from helpdesk.tickets.changed_with import ChangedWith, changed_with, status_chosen
from helpdesk.tickets.content import StoredFile
from helpdesk.tickets.desk_settings import desk_settings
from helpdesk.tickets.queue_row import refresh_queue_row
from helpdesk.tickets.with_answer import WithAnswer
from helpdesk.tickets.written_to import NamedPair, WrittenTo, read_written_to
from helpdesk.vocabulary import MessageKind, Status

TOO_LATE = "This answer has left already; it cannot be taken back."
BEFORE = "It was taken back already"


@dataclass(frozen=True)
class TakenAside:
    """To whom a message in a side conversation was written."""

    id: int
    """The side conversation; 0 where the message began it, which is as if it never was."""
    to: str
    """Addresses, as they are typed."""
    subject: str


@dataclass(frozen=True)
class TakenBack:
    """What the answer was, to be written on."""

    ticket_number: str
    text: str
    status: str
    """The status that was chosen with it."""
    files: tuple[StoredFile, ...]
    cc: str = ""
    bcc: str = ""
    is_note: bool = False
    forward: Mapping[str, str] | None = None
    """Of a message that was forwarded, whose note the text is: which one, to whom, and the files
    that went along, by the names of the form's fields.
    """
    side: TakenAside | None = None
    """It was said in a side conversation."""
    changes: WithAnswer = WithAnswer()  # noqa: RUF009 (frozen)
    """What else of the ticket it changed."""
    leaves_at: datetime | None = None
    """When it was to leave, where its writer chose a time."""

    @property
    def kind(self) -> DraftKind:
        """What it was written as."""
        if self.forward is not None:
            return DraftKind.FORWARD
        if self.side is not None:
            return DraftKind.SIDE
        return DraftKind.NOTE if self.is_note else DraftKind.REPLY

    @property
    def fields(self) -> dict[str, str]:
        """What was chosen and typed besides the text, by the names of the form's fields."""
        if self.forward is not None:
            return dict(self.forward)
        if self.is_note:
            return {}
        if self.side is not None:
            return {"to": self.side.to, "subject": self.side.subject}
        copies = {name: typed for name in ("cc", "bcc") if (typed := getattr(self, name))}
        later = {"later": f"{self.leaves_at:%Y-%m-%dT%H:%M}"} if self.leaves_at else {}
        return {"status": self.status, **self.changes.fields, **copies, **later}


def take_back(session: Session, actor: Actor, comment_id: int, *, now: datetime) -> TakenBack:
    """Cancel an answer's mails and take it out of the conversation; any staff member may.

    The ticket is again as it was before: its status, who has it, who is on it, and what the queue
    shows of it.

    :raises NotAllowed: the actor is not staff.
    :raises NotFound: there is no such answer.
    :raises AlreadyLeft: a mail of it has left, or leaves just now.
    :raises TakenBackBefore: it was taken back already.
    """
    check_staff(actor, "Only staff may take an answer back.")
    comment_id = known_id(comment_id)
    # The mails first, as a worker's claim does: so neither waits for the other for ever.
    _cancel_mails(session, comment_id, now)
    comment = _waiting(session, actor, comment_id)
    ticket = ticket_for_change(session, actor, comment.ticket_id)
    status = comment.status_after or status_chosen(session, comment, ticket)
    is_forward = comment.internal
    later = comment.leaves_at if comment.status_after else None
    comment.kind, comment.internal = MessageKind.TAKEN_BACK, True
    comment.leaves_at, comment.status_after = None, ""
    ticket.updated_at = now
    came_with_it = changed_with(session, comment, ticket)
    changes = _restore_changes(session, actor, ticket, comment, came_with_it, now)
    _restore_people(session, actor, ticket, comment, now)
    if later is None:
        if (changed := came_with_it.get(HistoryField.STATUS)) and changed.stands:
            before = Status(changed.first.old_value)
            restore_status(session, ticket, actor, before, now, TAKEN_BACK)
            restore_snooze(session, ticket, actor, comment.created_at, now, TAKEN_BACK)
        if ticket.first_response_at == comment.created_at:
            ticket.first_response_at = None
    session.flush()
    refresh_queue_row(session, ticket)
    written_to = read_written_to(comment.written_to) or WrittenTo()
    number, text, files = ticket.number, comment.text, files_of(comment)
    if comment.side_conversation_id is not None:
        side = _take_aside(session, comment, written_to)
        return TakenBack(number, text, status, files, side=side)
    if is_forward:
        form = _forward_of(session, comment, written_to)
        return TakenBack(number, comment.reply_text, status, (), forward=form)
    cc, bcc = _typed(written_to.cc), _typed(written_to.bcc)
    return TakenBack(number, text, status, files, cc, bcc, changes=changes, leaves_at=later)


def _waiting(session: Session, actor: Actor, comment_id: int) -> Comment:
    comment = session.get(Comment, comment_id, with_for_update=True, populate_existing=True)
    if comment is None:
        raise NotFound("There is no such message.")
    if comment.kind == MessageKind.TAKEN_BACK:
        raise TakenBackBefore(_taken_back_by(session, actor, comment))
    if comment.leaves_at is None:
        raise AlreadyLeft(TOO_LATE)
    return comment


def _taken_back_by(session: Session, actor: Actor, comment: Comment) -> str:
    """That it was taken back; also by whom, where a colleague did whose name the history has."""
    taken_at = select(OutboundMail.next_attempt_at).where(
        OutboundMail.comment_id == comment.id, OutboundMail.state == OutboundState.CANCELLED
    )
    person_id = session.scalar(
        select(Change.changed_by_id)
        .where(
            Change.ticket_id == comment.ticket_id,
            Change.reason == TAKEN_BACK,
            Change.created_at.in_(taken_at),
        )
        .limit(1)
    )
    person = session.get(Person, person_id) if person_id not in (None, actor.person_id) else None
    return f"{BEFORE}, by {person.shown_name}." if person else f"{BEFORE}."


def _take_aside(session: Session, comment: Comment, written_to: WrittenTo) -> TakenAside:
    """What a message in a side conversation was. One that nothing else was said in goes, unless
    somebody writes in it.
    """
    side = session.get_one(SideConversation, comment.side_conversation_id)
    to = _typed(written_to.to)
    said = select(Comment.id).where(
        Comment.ticket_id == comment.ticket_id,
        Comment.side_conversation_id == side.id,
        Comment.kind != MessageKind.TAKEN_BACK,
    )
    written = select(SavedDraft.id).where(SavedDraft.side_id == side.id)
    if any(session.scalar(one.limit(1)) is not None for one in (said, written)):
        return TakenAside(side.id, to, side.subject)
    for row in (ThreadId.side_conversation_id, SidePerson.side_conversation_id):
        session.execute(delete(row.class_).where(row == side.id))
    comment.side_conversation_id = None
    session.delete(side)
    session.flush()
    search.index_ticket(session.connection(), comment.ticket_id)
    return TakenAside(0, to, side.subject)


def _cancel_mails(session: Session, comment_id: int, now: datetime) -> None:
    mail = OutboundMail
    session.execute(
        update(mail)
        .where(mail.comment_id == comment_id, mail.state == OutboundState.QUEUED)
        .values(state=OutboundState.CANCELLED, next_attempt_at=now)
        .execution_options(synchronize_session=False)
    )
    gone = session.scalar(
        select(mail.id)
        .where(
            mail.comment_id == comment_id,
            mail.state != OutboundState.CANCELLED,
            mail.template.in_(WRITTEN_BY_PEOPLE),
        )
        .limit(1)
    )
    if gone is not None:
        raise AlreadyLeft(TOO_LATE)


def _restore_changes(
    session: Session,
    actor: Actor,
    ticket: Ticket,
    comment: Comment,
    came_with_it: dict[HistoryField, ChangedWith],
    now: datetime,
) -> WithAnswer:
    """Undo what came with the answer, as far as it stands; returns what of it its writer chose."""
    changes = restore_with_answer(
        session, actor, comment, ticket, came_with_it, now=now, reason=TAKEN_BACK
    )
    assigned = came_with_it.get(HistoryField.ASSIGNEE)
    had_nobody = assigned is not None and assigned.first.old_id is None
    is_author = changes.assignee == str(comment.author_id)
    if had_nobody and is_author and desk_settings(session).answering_takes:
        return replace(changes, assignee="")
    return changes


def _restore_people(
    session: Session, actor: Actor, ticket: Ticket, comment: Comment, now: datetime
) -> None:
    """Ask again about whoever its writer decided on."""
    if requester := _requester_before(session, comment):
        before_it, since = requester.old_id or 0, comment.created_at
        restore_requester(session, ticket, actor, before_it, since, now=now, reason=TAKEN_BACK)
    for decided in decided_with(session, ticket, comment):
        restore_pending(session, ticket, actor, decided, now=now, reason=TAKEN_BACK)


def _requester_before(session: Session, comment: Comment) -> Change | None:
    """Who was the requester, where its writer decided that it goes to somebody else, if nobody
    changed that since.
    """
    newest = session.scalar(
        select(Change)
        .where(Change.ticket_id == comment.ticket_id, Change.field == HistoryField.REQUESTER)
        .order_by(Change.id.desc())
        .limit(1)
    )
    came_with_it = (comment.created_at, comment.author_id)
    if newest is None or (newest.created_at, newest.changed_by_id) != came_with_it:
        return None
    return newest if newest.old_id is not None else None


def _typed(people: Iterable[NamedPair]) -> str:
    return ", ".join(address for _, address in people)


def _forward_of(session: Session, comment: Comment, to: WrittenTo) -> dict[str, str]:
    """The form that a message was forwarded by: that message is known by when it came."""
    of_it = select(OutboundMail.values).where(OutboundMail.comment_id == comment.id).limit(1)
    at = datetime.fromisoformat((session.scalar(of_it) or {})["forwarded"]["at"])
    same = (Comment.ticket_id == comment.ticket_id, Comment.created_at == at)
    message = session.scalars(select(Comment).where(*same, Comment.id != comment.id)).first()
    went = {file.sha256 for file in comment.attachments}
    files = [file for file in message.attachments if file.sha256 in went] if message else []
    return {
        "message": str(message.id) if message else "",
        "to": _typed(to.to),
        "files": ",".join(str(file.id) for file in files),
    }


def files_of(comment: Comment) -> tuple[StoredFile, ...]:
    """Return the files of a comment, to be attached again."""
    return tuple(
        StoredFile(file.filename, file.content_type, file.size, file.sha256)
        for file in comment.attachments
    )

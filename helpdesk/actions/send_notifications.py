"""Send notifications: work out who is told of an event, and put the mails into the outbox.

Run by the workers every few seconds. One mail a person and an event; never to the one who did it;
many in a short while become one digest.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any, cast

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from helpdesk.mail_out import outbox, ticket_mails
from helpdesk.mail_out.notifications import active_staff
from helpdesk.mail_out.outgoing import Recipient, unthreaded_mail
from helpdesk.mail_out.reachable import may_be_mailed
from helpdesk.mail_out.template_values import DigestEvent
from helpdesk.mail_out.templates import NOTIFICATIONS, TemplateName
from helpdesk.models import (
    Comment,
    Notice,
    NotificationKind,
    OutboundMail,
    OutboundState,
    Person,
    SideConversation,
    Ticket,
)
from helpdesk.text import shortened
from helpdesk.tickets.access import actor_of
from helpdesk.tickets.content import told
from helpdesk.tickets.folders import is_told
from helpdesk.tickets.mailboxes import mailbox_for
from helpdesk.tickets.merged import current_ticket
from helpdesk.tickets.preferences import is_notified_of
from helpdesk.vocabulary import MessageKind, Status

AT_ONCE = 50
MOST_MAILS = 5
"""That many notifications in :data:`WINDOW` a person gets one by one; then they are gathered."""
WINDOW = timedelta(minutes=10)
MOST_LISTED = 50
LONGEST_TEXT = 1_000

_TEMPLATE = {
    NotificationKind.NEW_TICKET: TemplateName.TICKET_CREATED_STAFF,
    NotificationKind.ASSIGNED: TemplateName.ASSIGNED_STAFF,
    NotificationKind.MENTIONED: TemplateName.MENTIONED_STAFF,
    NotificationKind.CUSTOMER_REPLIED: TemplateName.COMMENT_ADDED_STAFF,
}


def send_notifications(session: Session, *, now: datetime) -> int:
    """Turn the notices that are due into mails of the outbox. Returns how many there were."""
    due = session.scalars(
        select(Notice)
        .where(Notice.due_at <= now)
        .order_by(Notice.id)
        .limit(AT_ONCE)
        .with_for_update(skip_locked=True)
    ).all()
    # New and given to someone at once is one event: the more personal mail tells of it.
    told: set[_Event] = set()
    staff = _Staff(session)
    for notice in sorted(due, key=lambda notice: notice.person_id is None):
        ticket = session.get_one(Ticket, notice.ticket_id)
        if notice.kind == NotificationKind.STATUS:
            _tell_customers(session, notice, ticket, now)
        else:
            _tell_staff(session, notice, ticket, staff, told, now)
    session.execute(delete(Notice).where(Notice.id.in_([notice.id for notice in due])))
    return len(due)


_Event = tuple[int, int, int | str | None]
"""Person, ticket, and the comment or button; the last is None for a ticket that came or moved."""


class _Staff:
    """All whom something can be told, asked of the database once for many notices."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def on(self, ticket: Ticket, ids: Iterable[int] | None = None) -> list[Person]:
        """Those, of all or among ``ids``, who may see a ticket."""
        among = self._all if ids is None else sorted(self._all.keys() & set(ids))
        people = (self._all[one] for one in among)
        return [one for one in people if actor_of(one).may(ticket.mailbox_id)]

    def can_be_mailed(self, person: Person) -> bool:
        """Whether mail of ours may go to them."""
        return person.id in self._reachable

    @cached_property
    def _all(self) -> dict[int, Person]:
        return {person.id: person for person in active_staff(self._session)}

    @cached_property
    def _reachable(self) -> frozenset[int]:
        everybody = self._all.values()
        return frozenset(one.id for one in everybody if may_be_mailed(self._session, one.address))


def _tell_staff(
    session: Session,
    notice: Notice,
    ticket: Ticket,
    staff: _Staff,
    told: set[_Event],
    now: datetime,
) -> None:
    """Mail everybody concerned who is not ``told`` of this event yet."""
    what = notice.details.get("by_button") or notice.comment_id
    if notice.kind in (NotificationKind.NEW_TICKET, NotificationKind.ASSIGNED):
        what = None
    for person in _concerned(session, notice, ticket, staff):
        event = (person.id, ticket.id, what)
        if event not in told:
            told.add(event)
            _tell(session, notice, ticket, person, now)


def notifications_due(session: Session, now: datetime) -> bool:
    """Whether any notice is due."""
    return session.scalar(select(Notice.id).where(Notice.due_at <= now).limit(1)) is not None


def _concerned(session: Session, notice: Notice, ticket: Ticket, staff: _Staff) -> list[Person]:
    if notice.person_id is not None:
        people = staff.on(ticket, [notice.person_id])
    elif notice.kind == NotificationKind.CUSTOMER_REPLIED:
        people = staff.on(ticket, _who_work_on(session, ticket)) or staff.on(ticket)
    else:
        people = staff.on(ticket)
    # Merged meanwhile, its messages stand in another ticket: told is who sees that, too.
    goes_on = current_ticket(session, ticket.id)
    return [
        person
        for person in people
        if actor_of(person).may(goes_on.mailbox_id)
        and person.id not in (notice.by_id, ticket.requester_id)
        and staff.can_be_mailed(person)
        and is_notified_of(notice.kind, person, ticket.mailbox)
    ]


def _who_work_on(session: Session, ticket: Ticket) -> Iterable[int]:
    """The assignee; where there is none, the staff who wrote on it."""
    if ticket.assignee_id is not None:
        return [ticket.assignee_id]
    authors = select(Comment.author_id).where(
        Comment.ticket_id == ticket.id, Comment.from_staff.is_(True), Comment.author_id.is_not(None)
    )
    return [author for author in session.scalars(authors.distinct()) if author is not None]


def _tell(session: Session, notice: Notice, ticket: Ticket, person: Person, now: datetime) -> None:
    comment = session.get(Comment, notice.comment_id) if notice.comment_id else None
    by = session.get(Person, notice.by_id) if notice.by_id else None
    if comment is not None and comment.author is not None:
        by = comment.author
    text = _words(session, notice, ticket, comment)
    private = comment if comment is not None and comment.internal else None
    is_someone_else = private is not None and notice.kind == NotificationKind.CUSTOMER_REPLIED
    who = _named(by, with_address=is_someone_else)
    deed: dict[str, Any] = {}
    if by_button := notice.details.get("by_button"):
        deed = {"by_button": by_button}
        if by_button == "rating":
            deed["grade"] = ticket.rating or ""
    if _has_had_many(session, person, now):
        event = {
            "kind": notice.kind,
            "number": ticket.number,
            "subject": ticket.subject,
            "who": who,
            "text": shortened(" ".join(text.split()), 160),
            **deed,
        }
        _gather(session, ticket, person, cast(DigestEvent, event), now)
        return
    if is_someone_else:
        deed |= {"someone_else": True, **_in_side(session, private)}
    values: dict[str, Any] = {
        NotificationKind.NEW_TICKET: {
            "requester_name": ticket.requester.shown_name,
            "requester_address": ticket.requester.address,
            "text": text,
        },
        NotificationKind.ASSIGNED: {"by_name": who, "text": text},
    }.get(notice.kind, {"author_name": who, "text": text, **deed})
    ticket_mails.tell_staff(
        session,
        ticket,
        person,
        template=_TEMPLATE[notice.kind],
        values=values,
        private_to=private,
        now=now,
    )


def _in_side(session: Session, comment: Comment | None) -> dict[str, str]:
    """The subject of the side conversation that it was said in, as a value of the mail."""
    if comment is None or comment.side_conversation_id is None:
        return {}
    side = session.get_one(SideConversation, comment.side_conversation_id)
    return {"side_subject": side.subject}


def _named(by: Person | None, *, with_address: bool) -> str:
    """What the mail calls them; with the address, where they may call themselves like anybody."""
    if by is None:
        return ""
    return f"{by.shown_name} ({by.address})" if with_address else by.shown_name


def _words(session: Session, notice: Notice, ticket: Ticket, comment: Comment | None) -> str:
    """What was said: the comment, the words to a rating; else what was said last, if anything."""
    by_button = notice.details.get("by_button")
    if by_button:
        return shortened(ticket.rating_comment, LONGEST_TEXT) if by_button == "rating" else ""
    said = comment or _newest_message(session, ticket)
    return shortened(told(said.reply_text, said.text), LONGEST_TEXT) if said else ""


def _newest_message(session: Session, ticket: Ticket) -> Comment | None:
    return session.scalar(
        select(Comment)
        .where(Comment.ticket_id == ticket.id, Comment.kind == MessageKind.MESSAGE)
        .order_by(Comment.id.desc())
        .limit(1)
    )


def _has_had_many(session: Session, person: Person, now: datetime) -> bool:
    recent = session.scalar(
        select(func.count())
        .select_from(OutboundMail)
        .where(
            OutboundMail.recipient == person.address,
            OutboundMail.created_at > now - WINDOW,
            OutboundMail.template.in_(NOTIFICATIONS),
        )
    )
    return (recent or 0) >= MOST_MAILS


def _gather(
    session: Session, ticket: Ticket, person: Person, event: DigestEvent, now: datetime
) -> None:
    """Add a line to the digest that waits for this person, or begin one."""
    waiting = _waiting_digest(session, person, now)
    if waiting is not None:
        events = list(waiting.values["events"])
        full = len(events) >= MOST_LISTED
        waiting.values = {
            "events": events if full else [*events, event],
            "more": waiting.values["more"] + full,
        }
        return
    digest = unthreaded_mail(
        session,
        mailbox_for(session, ticket),
        Recipient.of(person),
        template=TemplateName.DIGEST_STAFF,
        subject="What happened meanwhile",
        values={"events": [event], "more": 0},
    )
    outbox.put(session, digest, now=now, not_before=now + WINDOW)


def _waiting_digest(session: Session, person: Person, now: datetime) -> OutboundMail | None:
    return session.scalar(
        select(OutboundMail)
        .where(
            OutboundMail.recipient == person.address,
            OutboundMail.created_at > now - 2 * WINDOW,
            OutboundMail.template == TemplateName.DIGEST_STAFF,
            OutboundMail.state == OutboundState.QUEUED,
            OutboundMail.next_attempt_at > now,
        )
        .with_for_update()
        .limit(1)
    )


def _tell_customers(session: Session, notice: Notice, ticket: Ticket, now: datetime) -> None:
    """A mail to each on the ticket, but where the change was taken back, or an answer said all."""
    status = ticket.status_for_customers
    if status == notice.details.get("old"):
        return
    finished = status not in (Status.IN_PROGRESS, Status.WAITING)
    if _was_answered(session, notice, at_once=finished):
        return
    for person in ticket_mails.recipients_of(session, ticket, kind=NotificationKind.STATUS):
        if person.id == notice.by_id or not _is_written_to(session, ticket, person):
            continue
        if is_told(session, ticket, person):
            ticket_mails.tell_status(session, ticket, person, now)


def _is_written_to(session: Session, ticket: Ticket, person: Person) -> bool:
    """Whether this person got a mail on the ticket before, or wrote on the web.

    Whom we did not acknowledge (a newsletter, a machine, a name that a stranger gave) is told
    nothing by itself later on either.
    """
    mailed = select(OutboundMail.id).where(
        OutboundMail.ticket_id == ticket.id,
        OutboundMail.recipient == person.address,
        OutboundMail.state != OutboundState.CANCELLED,
    )
    if session.scalar(mailed.limit(1)) is not None:
        return True
    opened = select(Comment.source).where(
        Comment.ticket_id == ticket.id, Comment.opening.is_(True), Comment.author_id == person.id
    )
    return session.scalar(opened.limit(1)) not in (None, "mail")


def _was_answered(session: Session, notice: Notice, *, at_once: bool) -> bool:
    """Whether staff answered since the change; ``at_once``: in the very same step."""
    at = Comment.created_at
    found = session.scalar(
        select(Comment.id)
        .where(
            Comment.ticket_id == notice.ticket_id,
            Comment.from_staff.is_(True),
            Comment.internal.is_(False),
            at == notice.created_at if at_once else at >= notice.created_at,
        )
        .limit(1)
    )
    return found is not None

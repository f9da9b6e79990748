"""The outbox as staff see it: mails by state, mailbox, recipient or ticket, newest first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import lru_cache

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Select,
    TextClause,
    func,
    literal,
    select,
    text,
    union_all,
)
from sqlalchemy.orm import Session, selectinload

from helpdesk.actor import Actor
from helpdesk.addr_spec import is_address
from helpdesk.errors import NotFound
from helpdesk.mail_out.outbox import SENDABLE_AGAIN
from helpdesk.mail_out.templates import TO_STAFF, WRITTEN_BY_PEOPLE, is_wiped
from helpdesk.models import (
    MAILS_TO_STAFF,
    Comment,
    Mailbox,
    OutboundMail,
    OutboundState,
    Ticket,
)
from helpdesk.queries.attempts import AttemptView, view_attempt
from helpdesk.tickets.access import check_staff, known_id, mails_from
from helpdesk.vocabulary import MessageKind

_STAFF_ONLY = "The outbox is for staff."

_Rows = Select[OutboundMail, str, str, datetime | None, str | None]

PAGE_SIZE = 50
MOST_COUNTED = 1000
"""A state's count is exact below this: its newest mails are counted."""
MOST_LOST = 10
"""So many of those that did not arrive stand above the others."""
LOST = (OutboundState.FAILED, OutboundState.BOUNCED, OutboundState.UNCERTAIN)
LOST_FOR = timedelta(days=7)
"""How long they stand there."""


class OutboxKind(StrEnum):
    """Who gets a mail."""

    CUSTOMERS = "customers"
    """Customers, and others outside."""
    STAFF = "staff"
    """Colleagues, told by Postdesk; the mails by which it watches itself, too."""


@dataclass(frozen=True)
class OutboxRow:
    """A mail to one recipient, how it went, and what may be done about it."""

    id: int
    recipient: str
    recipient_name: str
    subject: str
    state: OutboundState
    template: str
    ticket_number: str
    comment_id: int | None
    mailbox_name: str
    created_at: datetime
    next_attempt_at: datetime | None
    """When it is tried (again), while it is queued or deferred."""
    sent_at: datetime | None
    replaced: bool
    """A corrected mail was sent in its place."""
    waits_to_leave: bool
    """Its answer waits for its time to leave: it is taken back on the ticket."""
    taken_back: bool
    """Its answer was taken back: what it says stands in the composer of its ticket."""
    wiped: bool
    """It was a secret link, which is not kept."""
    text: str
    """What staff wrote; empty for Postdesk's own mails."""
    attempts: tuple[AttemptView, ...]

    @property
    def may_be_sent_again(self) -> bool:
        return self.state in SENDABLE_AGAIN and not (self.wiped or self.replaced or self.taken_back)

    @property
    def may_be_corrected(self) -> bool:
        return self.may_be_sent_again and self.template in WRITTEN_BY_PEOPLE

    @property
    def may_be_cancelled(self) -> bool:
        return (
            self.state in (OutboundState.QUEUED, OutboundState.DEFERRED) and not self.waits_to_leave
        )


@dataclass(frozen=True)
class OutboxPage:
    """A page of the outbox. ``next_before`` is 0 at the end."""

    rows: tuple[OutboxRow, ...]
    next_before: int = 0
    lost: tuple[OutboxRow, ...] = ()
    """On the first page of all: what did not arrive of late, and nobody sent again. Not in rows."""


def outbox_page(
    session: Session,
    actor: Actor,
    *,
    kind: OutboxKind | None = None,
    state: str = "",
    mailbox_id: int = 0,
    search: str = "",
    before: int = 0,
    now: datetime | None = None,
) -> OutboxPage:
    """One page, newest first.

    :param search: an address, a part of one, or a ticket's number.
    :param before: the ``next_before`` of the page before this one.
    :param now: given, the first page of all has what did not arrive of late apart.
    :raises NotAllowed: the actor is not staff.
    """
    check_staff(actor, _STAFF_ONLY)
    mail = OutboundMail
    statement = _rows(actor)
    if kind:
        statement = statement.where(_is_of(kind))
    lost: tuple[OutboxRow, ...] = ()
    if now and not (state or mailbox_id or search or before):
        lost = _lost(session, statement, now)
        statement = statement.where(mail.id.not_in([row.id for row in lost]))
    if state in set(OutboundState):
        statement = statement.where(mail.state == state)
    if mailbox_id:
        statement = statement.where(mail.mailbox_id == known_id(mailbox_id))
    if before:
        statement = statement.where(mail.id < known_id(before))
    statement = _matching(statement, search.strip())
    found = session.execute(statement.order_by(mail.id.desc()).limit(PAGE_SIZE + 1)).all()
    rows = tuple(_view(*row) for row in found[:PAGE_SIZE])
    return OutboxPage(rows, rows[-1].id if len(found) > PAGE_SIZE else 0, lost)


def outbox_mail(session: Session, actor: Actor, mail_id: int) -> OutboxRow:
    """One mail of the outbox.

    :raises NotAllowed, NotFound:
    """
    check_staff(actor, _STAFF_ONLY)
    found = session.execute(_rows(actor).where(OutboundMail.id == known_id(mail_id))).one_or_none()
    if found is None:
        raise NotFound("There is no such mail in the outbox.")
    return _view(*found)


def state_counts(session: Session, actor: Actor) -> dict[OutboxKind, dict[str, int]]:
    """How many mails of each kind are in each state; ``MOST_COUNTED`` where that is not known.

    :raises NotAllowed: the actor is not staff.
    """
    check_staff(actor, _STAFF_ONLY)
    counts: dict[OutboxKind, dict[str, int]] = {kind: {} for kind in OutboxKind}
    for state, all_of_it, to_staff in session.execute(_counts(actor.mailbox_ids)):
        for kind, count in (
            (OutboxKind.STAFF, to_staff),
            (OutboxKind.CUSTOMERS, all_of_it - to_staff),
        ):
            is_more = count and all_of_it == MOST_COUNTED
            counts[kind][state] = MOST_COUNTED if is_more else count
    return counts


@lru_cache(maxsize=64)
def _counts(mailbox_ids: tuple[int, ...] | None) -> CompoundSelect[str, int, int]:
    mail = OutboundMail
    newest = [
        select(mail.template.in_(TO_STAFF).label("to_staff"))
        .where(text(f"outbound_mail.state = '{state}'"), *mails_from(mailbox_ids))
        .order_by(mail.id.desc())
        .limit(MOST_COUNTED)
        .subquery()
        for state in OutboundState
    ]
    return union_all(
        *(
            select(
                literal(state.value),
                func.count(),
                func.count().filter(rows.c.to_staff),
            ).select_from(rows)
            for state, rows in zip(OutboundState, newest, strict=True)
        )
    )


def _is_of(kind: OutboxKind) -> TextClause | ColumnElement[bool]:
    # Word for word as in the index of mails to staff, which is used for no other words.
    is_to_staff = text(f"outbound_mail.{MAILS_TO_STAFF}")
    return is_to_staff if kind == OutboxKind.STAFF else OutboundMail.template.not_in(TO_STAFF)


def _lost(session: Session, statement: _Rows, now: datetime) -> tuple[OutboxRow, ...]:
    """What did not arrive of late, newest first: a few of each state, by its index."""
    mail = OutboundMail
    found: list[OutboxRow] = []
    for state in LOST:
        chosen = statement.where(
            mail.state == state, mail.replaced_by_id.is_(None), mail.created_at > now - LOST_FOR
        )
        rows = session.execute(chosen.order_by(mail.id.desc()).limit(MOST_LOST))
        found += [_view(*row) for row in rows]
    return tuple(sorted(found, key=lambda row: -row.id)[:MOST_LOST])


def _rows(actor: Actor) -> _Rows:
    """What the actor may see of the outbox, to be narrowed."""
    mail = OutboundMail
    return (
        select(mail, Ticket.number, Mailbox.name, Comment.leaves_at, Comment.kind)
        .outerjoin(Ticket, Ticket.id == mail.ticket_id)
        .outerjoin(Mailbox, Mailbox.id == mail.mailbox_id)
        .outerjoin(Comment, Comment.id == mail.comment_id)
        .where(*mails_from(actor.mailbox_ids))
        .options(selectinload(mail.attempts))
    )


def _matching(statement: _Rows, search: str) -> _Rows:
    if not search:
        return statement
    if search.upper().startswith("TKT"):
        return statement.where(Ticket.number == search.upper())
    if is_address(search):
        # The whole address: by its index, however full the outbox is.
        return statement.where(OutboundMail.recipient.in_({search, search.lower()}))
    return statement.where(OutboundMail.recipient.icontains(search, autoescape=True))


def _view(
    mail: OutboundMail,
    number: str | None,
    mailbox: str | None,
    leaves_at: datetime | None,
    kind: str | None,
) -> OutboxRow:
    wiped = is_wiped(mail.template, mail.values)
    by_people = mail.template in WRITTEN_BY_PEOPLE
    return OutboxRow(
        id=mail.id,
        recipient=mail.recipient,
        recipient_name=mail.recipient_name,
        subject=mail.subject,
        state=mail.state,
        template=mail.template,
        ticket_number=number or "",
        comment_id=mail.comment_id,
        mailbox_name=mailbox or "",
        created_at=mail.created_at,
        next_attempt_at=mail.next_attempt_at
        if mail.state in (OutboundState.QUEUED, OutboundState.DEFERRED)
        else None,
        sent_at=mail.sent_at,
        replaced=mail.replaced_by_id is not None,
        waits_to_leave=leaves_at is not None,
        taken_back=kind == MessageKind.TAKEN_BACK,
        wiped=wiped,
        text=str(mail.values.get("text", "")) if by_people else "",
        attempts=tuple(map(view_attempt, mail.attempts)),
    )

"""The mails themselves: what came in and was decided, what is to leave and how that went."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from helpdesk.actor import Actor
from helpdesk.models import InboundMail, InboundState, OutboundMail, OutboundState, Ticket
from helpdesk.queries.attempts import AttemptView, view_attempt
from helpdesk.queries.offset_page import count_of, offset_page
from helpdesk.tickets.access import check_staff, find_inbound, mails_from, mails_of, only_visible
from helpdesk.vocabulary import MessageKind

_STAFF_ONLY = "Only staff may see the mails."


@dataclass(frozen=True)
class InboundView:
    """An accepted mail, and why it is where it is."""

    id: int
    state: InboundState
    reason: str
    subject: str
    from_address: str
    envelope_from: str
    envelope_to: tuple[str, ...]
    message_id: str | None
    kind: MessageKind
    size: int
    peer: str
    raw_sha256: str
    defects: tuple[str, ...]
    decision: dict[str, Any]
    ticket_number: str | None
    comment_id: int | None
    received_at: datetime
    decided_at: datetime


@dataclass(frozen=True)
class OutboundView:
    """A mail to one recipient, with its attempts."""

    id: int
    recipient: str
    subject: str
    state: OutboundState
    attempts: tuple[AttemptView, ...]
    ticket_number: str | None


@dataclass(frozen=True)
class InboundPage:
    """One page of inbound mails, and how many there are in all."""

    count: int
    mails: tuple[InboundView, ...]


@dataclass(frozen=True)
class OutboundPage:
    """One page of outbound mails, and how many there are in all."""

    count: int
    mails: tuple[OutboundView, ...]


def inbound_page(
    session: Session, actor: Actor, state: str, *, page: int = 1, page_size: int = 20
) -> InboundPage:
    """The mails that were decided, newest first; of one state, unless that is empty.

    :raises NotAllowed: the actor is not staff.
    """
    check_staff(actor, _STAFF_ONLY)
    where = [*mails_of(actor.mailbox_ids), *([InboundMail.state == state] if state else [])]
    count = count_of(session, InboundMail, where)
    chosen = offset_page(select(InboundMail), InboundMail, where, page=page, size=page_size)
    mails = session.scalars(chosen).all()
    numbers = _numbers(session, (mail.ticket_id for mail in mails))
    hidden = _hidden_numbers(session, actor, mails)
    return InboundPage(count, tuple(_inbound(mail, numbers, hidden) for mail in mails))


def inbound_mail(session: Session, actor: Actor, mail_id: int) -> InboundView:
    """One mail that was decided.

    :raises NotAllowed, NotFound:
    """
    check_staff(actor, _STAFF_ONLY)
    mail = find_inbound(session, actor, mail_id)
    hidden = _hidden_numbers(session, actor, [mail])
    return _inbound(mail, _numbers(session, [mail.ticket_id]), hidden)


def mails_since(session: Session, moment: datetime) -> list[int]:
    """The ids of the mails that came since a moment, oldest first; not of those that are gone."""
    there = InboundMail.raw_sha256 != ""
    chosen = select(InboundMail.id).where(InboundMail.received_at >= moment, there)
    return list(session.scalars(chosen.order_by(InboundMail.id)))


def outbound_page(
    session: Session, actor: Actor, state: str, *, page: int = 1, page_size: int = 20
) -> OutboundPage:
    """The mails of the outbox, newest first; of one state, unless that is empty.

    :raises NotAllowed: the actor is not staff.
    """
    check_staff(actor, _STAFF_ONLY)
    where = [*mails_from(actor.mailbox_ids), *([OutboundMail.state == state] if state else [])]
    count = count_of(session, OutboundMail, where)
    chosen = select(OutboundMail).options(selectinload(OutboundMail.attempts))
    mails = session.scalars(
        offset_page(chosen, OutboundMail, where, page=page, size=page_size)
    ).all()
    numbers = _numbers(session, (mail.ticket_id for mail in mails))
    return OutboundPage(
        count,
        tuple(
            OutboundView(
                mail.id,
                mail.recipient,
                mail.subject,
                mail.state,
                tuple(map(view_attempt, mail.attempts)),
                numbers.get(mail.ticket_id or 0),
            )
            for mail in mails
        ),
    )


def _numbers(session: Session, ticket_ids: Iterable[int | None]) -> dict[int, str]:
    wanted = {ticket_id for ticket_id in ticket_ids if ticket_id is not None}
    if not wanted:
        return {}
    rows = session.execute(select(Ticket.id, Ticket.number).where(Ticket.id.in_(wanted)))
    return {row.id: row.number for row in rows}


_NUMBERS = (("weighed", "ticket_number"), ("moved", "from"), ("moved", "to"))
"""Where a decision names tickets: in what rows, in which field."""


def _hidden_numbers(
    session: Session, actor: Actor, mails: Collection[InboundMail]
) -> frozenset[str]:
    """The numbers in these mails' decisions whose tickets the actor does not see."""
    if actor.sees_all:
        return frozenset()
    named = {
        str(row[field])
        for mail in mails
        for rows, field in _NUMBERS
        for row in mail.decision.get(rows) or ()
        if row.get(field)
    }
    seen = only_visible(select(Ticket.number).where(Ticket.number.in_(named)), actor)
    return frozenset(named - set(session.scalars(seen))) if named else frozenset()


def _without(decision: dict[str, Any], hidden: frozenset[str]) -> dict[str, Any]:
    """The decision with these numbers of tickets left empty."""
    if not hidden:
        return decision
    shown = dict(decision)
    for rows, field in _NUMBERS:
        if rows in shown:
            shown[rows] = [
                {**row, field: ""} if row.get(field) in hidden else row for row in shown[rows]
            ]
    return shown


def _inbound(mail: InboundMail, numbers: dict[int, str], hidden: frozenset[str]) -> InboundView:
    return InboundView(
        id=mail.id,
        state=mail.state,
        reason=mail.reason,
        subject=mail.subject,
        from_address=mail.from_address,
        envelope_from=mail.envelope_from,
        envelope_to=tuple(mail.envelope_to),
        message_id=mail.message_id,
        kind=mail.kind,
        size=mail.size,
        peer=mail.peer,
        raw_sha256=mail.raw_sha256,
        defects=tuple(mail.defects),
        decision=_without(mail.decision, hidden),
        ticket_number=numbers.get(mail.ticket_id or 0),
        comment_id=mail.comment_id,
        received_at=mail.received_at,
        decided_at=mail.decided_at,
    )

"""What there is of a person, before they are erased: counted, and found."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from helpdesk.actor import Actor
from helpdesk.errors import InvalidInput, NotAllowed
from helpdesk.models import (
    Attachment,
    Comment,
    Erasure,
    InboundMail,
    MailReport,
    Order,
    OutboundMail,
    Participant,
    Person,
    PersonAddress,
    SideConversation,
    SidePerson,
    Ticket,
)
from helpdesk.text import fold_address
from helpdesk.tickets.address_owners import check_not_ours
from helpdesk.vocabulary import STAFF_ROLES

MOST_AT_ONCE = 500
MOST_SHOWN = 50


@dataclass(frozen=True)
class ErasurePlan:
    """What would go, or be changed."""

    person_ids: tuple[int, ...]
    """The person, and whom they turned out to be one with; none where only mails name the address.
    """
    addresses: tuple[str, ...]
    names: tuple[str, ...]
    alone: tuple[int, ...]
    """Tickets with no other customer on them: they go."""
    shared: tuple[int, ...]
    """Tickets with others: they stay, without this person's words."""
    inbound: tuple[int, ...]
    """Mails that came from them."""
    outbound: tuple[int, ...]
    """Mails that went to them."""
    messages: int = 0
    files: int = 0
    size: int = 0
    """Bytes of the files."""
    orders: int = 0
    hashes: dict[int, str] = field(default_factory=dict)
    """Of each ticket that goes, what its tombstone is made of."""

    @property
    def is_nothing(self) -> bool:
        """Whether nothing of them is kept."""
        return not (self.person_ids or self.inbound or self.outbound)


@dataclass(frozen=True)
class ErasureView:
    """An erasure that goes on, or has ended: what it took, and never of whom."""

    id: int
    asked_at: datetime
    by: str
    ended_at: datetime | None
    counts: dict[str, int]
    left: int
    """Tickets and mails that are still to be worked off."""


def plan_erasure(session: Session, actor: Actor, address: str) -> ErasurePlan:
    """Find all that there is of who has an address. Looks through whole tables: read it alone.

    :raises NotAllowed: the actor is no admin.
    :raises InvalidInput: (``address``) it is a colleague's, or a mailbox's.
    """
    if not actor.is_admin:
        raise NotAllowed("Only an admin may erase somebody.")
    folded = fold_address(address)
    check_not_ours(session, folded, "address")
    people = _people(session, folded)
    if any(person.role in STAFF_ROLES for person in people):
        raise InvalidInput(
            "address", "This is a colleague. Make them a customer first, and give their tickets on."
        )
    ids = tuple(person.id for person in people)
    addresses = tuple(sorted({folded, *_addresses(session, ids)}))
    tickets = _tickets(session, ids)
    shared = _with_others(session, tickets, ids)
    alone = tuple(one for one in tickets if one not in shared)
    complaints = select(MailReport.inbound_mail_id).where(MailReport.address.in_(addresses))
    theirs = or_(
        InboundMail.from_address.in_(addresses),
        InboundMail.envelope_from.in_(addresses),
        InboundMail.id.in_(complaints),
    )
    to_them = or_(OutboundMail.recipient.in_(addresses), OutboundMail.person_id.in_(ids))
    counted = _counted(session, alone, ids)
    return ErasurePlan(
        ids,
        addresses,
        _names(session, people, ids, addresses),
        alone,
        tuple(one for one in tickets if one in shared),
        tuple(session.scalars(select(InboundMail.id).where(theirs).order_by(InboundMail.id))),
        tuple(session.scalars(select(OutboundMail.id).where(to_them).order_by(OutboundMail.id))),
        *counted,
        orders=_count(session, Order, Order.person_id.in_(ids)),
        hashes=ticket_marks(session, alone),
    )


def ticket_marks(session: Session, ids: Collection[int]) -> dict[int, str]:
    """What tombstones are made of: a ticket's number and when it began. Numbers are given out again
    after a restore.
    """
    found: dict[int, str] = {}
    for part in parts(ids):
        rows = session.execute(
            select(Ticket.id, Ticket.number, Ticket.created_at).where(Ticket.id.in_(part))
        )
        found |= {row.id: mark_of(row.number, row.created_at) for row in rows}
    return found


def mark_of(number: str, created_at: Any) -> str:
    """What a ticket's tombstone is made of."""
    return f"{number} {created_at.isoformat(timespec='seconds')}"


def erasures(session: Session, actor: Actor) -> tuple[ErasureView, ...]:
    """The last of them, the newest first.

    :raises NotAllowed: the actor is no admin.
    """
    if not actor.is_admin:
        raise NotAllowed("This is for admins.")
    found = session.execute(
        select(Erasure, Person)
        .outerjoin(Person, Person.id == Erasure.asked_by_id)
        .order_by(Erasure.id.desc())
        .limit(MOST_SHOWN)
    )
    return tuple(_view(erasure, person) for erasure, person in found)


def _view(erasure: Erasure, person: Person | None) -> ErasureView:
    left = sum(len(erasure.work.get(name, ())) for name in ("tickets", "inbound", "outbound"))
    by = person.shown_name if person else f"Command line ({erasure.operator or 'restore'})"
    return ErasureView(
        erasure.id, erasure.asked_at, by, erasure.ended_at, dict(erasure.counts), left
    )


def parts(ids: Collection[int]) -> list[list[int]]:
    """Ids, so many at a time as a statement takes."""
    known = sorted(ids)
    starts = range(0, len(known), MOST_AT_ONCE)
    return [known[start : start + MOST_AT_ONCE] for start in starts]


def _people(session: Session, address: str) -> list[Person]:
    """Who has the address, and who turned out to be one with them."""
    first = session.scalar(
        select(Person).join(PersonAddress).where(PersonAddress.address == address)
    )
    found = [first] if first else []
    newest = found
    while newest:
        joined = Person.joined_into_id.in_([one.id for one in newest])
        newest = [one for one in session.scalars(select(Person).where(joined)) if one not in found]
        found = [*found, *newest]
    return found


def _addresses(session: Session, ids: Collection[int]) -> list[str]:
    theirs = PersonAddress.person_id.in_(ids)
    return list(session.scalars(select(PersonAddress.address).where(theirs)))


def _names(
    session: Session, people: list[Person], ids: Collection[int], addresses: Collection[str]
) -> tuple[str, ...]:
    found = {person.name for person in people}
    for column, where in (
        (Comment.claimed_name, Comment.author_id.in_(ids)),
        (Ticket.claimed_name, Ticket.requester_id.in_(ids)),
        (OutboundMail.recipient_name, OutboundMail.recipient.in_(addresses)),
    ):
        found |= set(session.scalars(select(column).where(where, column != "").distinct()))
    return tuple(sorted(name for name in found if name.strip()))


def _tickets(session: Session, ids: Collection[int]) -> list[int]:
    if not ids:
        return []
    in_side = (
        select(SideConversation.ticket_id)
        .join(SidePerson, SidePerson.side_conversation_id == SideConversation.id)
        .where(SidePerson.person_id.in_(ids))
    )
    found: set[int] = set()
    for statement in (
        select(Ticket.id).where(Ticket.requester_id.in_(ids)),
        select(Participant.ticket_id).where(Participant.person_id.in_(ids)),
        select(Comment.ticket_id).where(Comment.author_id.in_(ids)),
        in_side,
    ):
        found |= set(session.scalars(statement))
    return sorted(found)


def _with_others(session: Session, tickets: Collection[int], ids: Collection[int]) -> set[int]:
    """Those on which another customer is, or wrote."""
    is_other = and_(Person.id.not_in(ids), Person.role.not_in(STAFF_ROLES))
    found: set[int] = set()
    for part in parts(tickets):
        for statement in (
            select(Ticket.id)
            .join(Person, Person.id == Ticket.requester_id)
            .where(Ticket.id.in_(part), is_other),
            select(Participant.ticket_id)
            .join(Person, Person.id == Participant.person_id)
            .where(Participant.ticket_id.in_(part), is_other),
            select(Comment.ticket_id)
            .join(Person, Person.id == Comment.author_id)
            .where(Comment.ticket_id.in_(part), Comment.side_conversation_id.is_(None), is_other),
        ):
            found |= set(session.scalars(statement))
    return found


def _counted(
    session: Session, alone: Collection[int], ids: Collection[int]
) -> tuple[int, int, int]:
    """Messages that go, their files, and the size of these."""
    messages, files, size = 0, 0, 0
    where: list[ColumnElement[bool]] = [Comment.ticket_id.in_(part) for part in parts(alone)]
    if ids:
        in_shared = and_(Comment.author_id.in_(ids), Comment.ticket_id.not_in(alone))
        where.append(in_shared)
    for which in where:
        messages += _count(session, Comment, which)
        count, summed = session.execute(
            select(func.count(), func.sum(Attachment.size))
            .select_from(Attachment)
            .join(Comment, Comment.id == Attachment.comment_id)
            .where(which)
        ).one()
        files, size = files + count, size + int(summed or 0)
    return messages, files, size


def _count(session: Session, model: type[Any], where: ColumnElement[bool]) -> int:
    return session.scalar(select(func.count()).select_from(model).where(where)) or 0

"""People whom staff may mean by what they type: for completing an address."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, bindparam, exists, func, or_, select
from sqlalchemy.orm import Session

from helpdesk.actor import Actor
from helpdesk.folding import folded
from helpdesk.models import Comment, Participant, Person, PersonAddress, Ticket
from helpdesk.models.person import domain_of_address
from helpdesk.queries.people import PEOPLE, PersonView, person_of_row
from helpdesk.queries.search_query import plain_words
from helpdesk.queries.search_words import words_found
from helpdesk.queries.ticket_conditions import IN_INBOX
from helpdesk.rows import ask
from helpdesk.text import clean_line
from helpdesk.tickets.access import check_staff, visible
from helpdesk.vocabulary import STAFF_ROLES, MailboxRight

MOST_OFFERED = 12
LEAST_TYPED = 2
"""Characters: fewer say nothing."""
_MOST_LOOKED_AT = 500
_MOST_BOXES = 20
_MOST_READ = 100
"""Tickets in which a later word of a name is looked for, the newest."""


def known_people(session: Session, actor: Actor, typed: str) -> tuple[PersonView, ...]:
    """People whose address or name begins so: first who is called just that, then staff, then
    whoever came last. Where these are few, customers who wrote and have a name with a word that
    does, too.

    :raises NotAllowed:
    """
    check_staff(actor, "Only staff may look people up.")
    wanted = clean_line(typed, 100).lower()
    if len(wanted) < LEAST_TYPED:
        return ()
    known = _may_be_known(actor)
    addresses = select(PersonAddress.person_id).where(
        *_begins(session, PersonAddress.address, wanted)
    )
    names = select(Person.id).where(*_begins(session, func.lower(Person.name), wanted), *known)
    if known:
        addresses = addresses.join(Person, Person.id == PersonAddress.person_id).where(*known)
    ids = {
        *session.scalars(addresses.limit(MOST_OFFERED)),
        *session.scalars(names.limit(MOST_OFFERED)),
    }
    if len(ids) < MOST_OFFERED:
        ids.update(_by_later_words(session, wanted))
    found = PEOPLE.where(
        *known, Person.id.in_(ids), Person.active.is_(True), PersonAddress.address.is_not(None)
    )
    is_called_so = or_(PersonAddress.address == wanted, func.lower(Person.name) == wanted)
    order = (is_called_so.desc(), Person.role.in_(STAFF_ROLES).desc(), Person.id.desc())
    rows = session.execute(found.order_by(*order).limit(MOST_OFFERED))
    return tuple(map(person_of_row, rows))


def known_addresses(session: Session, actor: Actor, beginning: str) -> list[str]:
    """Some addresses that begin so, of people whom the actor may know.

    :param beginning: in small letters.
    """
    return _known_with(session, actor, *_begins(session, PersonAddress.address, beginning))


def is_known_domain(session: Session, actor: Actor, domain: str) -> bool:
    """Whether somebody whom the actor may know has an address of this domain, in small letters."""
    return bool(_known_with(session, actor, domain_of_address == domain))


def _known_with(session: Session, actor: Actor, *conditions: ColumnElement[bool]) -> list[str]:
    # So many are looked at, whoever they are: each that somebody may not know costs a look-up.
    some = select(PersonAddress.address, PersonAddress.person_id).where(*conditions)
    rows = some.limit(_MOST_LOOKED_AT).subquery()
    found, known = select(rows.c.address), _may_be_known(actor)
    if known:
        found = found.join(Person, Person.id == rows.c.person_id).where(*known)
    return sorted(session.scalars(found.limit(_MOST_READ)))


def lately_written_from(session: Session, actor: Actor) -> set[str]:
    """The domains of those who asked the tickets of the inbox that changed last."""
    boxes = actor.mailbox_ids
    places = [()] if boxes is None else [(Ticket.mailbox_id == one,) for one in boxes[:_MOST_BOXES]]
    domains = set[str]()
    for place in places:
        newest = (
            select(Ticket.requester_id)
            .where(IN_INBOX, *place)
            .order_by(Ticket.updated_at.desc(), Ticket.id.desc())
            .limit(_MOST_LOOKED_AT // len(places))
            .subquery()
        )
        asked_by = PersonAddress.person_id == newest.c.requester_id
        domains.update(session.scalars(select(domain_of_address).join(newest, asked_by)))
    return domains


def may_know(
    session: Session,
    actor: Actor,
    person_id: int,
    right: MailboxRight = MailboxRight.SEE,
    *,
    on: Ticket | None = None,
) -> bool:
    """Whether one of staff may learn of the person who has an id: whoever has some mailboxes only
    knows colleagues, and who is on a ticket there.

    :param right: what they must have in the mailbox of that ticket.
    :param on: a ticket that they see: who wrote on it is known, too.
    """
    known = _may_be_known(actor, right)
    if not known:
        return True
    if on is not None:
        wrote = exists().where(Comment.ticket_id == on.id, Comment.author_id == Person.id)
        known = (*known, wrote.correlate(Person))
    found = select(Person.id).where(Person.id == person_id, or_(*known))
    return session.scalar(found) is not None


def _may_be_known(
    actor: Actor, right: MailboxRight = MailboxRight.SEE
) -> tuple[ColumnElement[bool], ...]:
    """What people must meet of whom somebody may learn: for whoever has some mailboxes only, that
    they are colleagues, or on a ticket there.
    """
    narrowed = visible(actor.mailboxes_with(right))
    if not narrowed:
        return ()
    asks = exists().where(Ticket.requester_id == Person.id, *narrowed).correlate(Person)
    is_on_it = exists().where(
        Participant.person_id == Person.id, Ticket.id == Participant.ticket_id, *narrowed
    )
    is_on_it = is_on_it.correlate(Person)
    return (or_(Person.role.in_(STAFF_ROLES), asks, is_on_it),)


def _begins(session: Session, value: Any, wanted: str) -> tuple[ColumnElement[bool], ...]:
    """That a value begins so, in a way for which both databases use an index."""
    last = f"{wanted}\U0010ffff"
    if session.get_bind().dialect.name == "postgresql":
        return value.op("~>=~")(wanted), value.op("~<~")(last)
    return value >= wanted, value < last


def _by_later_words(session: Session, wanted: str) -> list[int]:
    """Requesters of the newest tickets with this word in whose name one begins so, whatever accents
    it has.
    """
    query = plain_words(wanted)
    if not query.has_words:
        return []
    found = words_found(session, query)
    tickets = (
        select(found.ticket_id)
        .where(found.holds)
        .order_by(found.ticket_id.desc())
        .limit(_MOST_READ)
        .subquery()
    )
    rows = session.execute(
        select(Person.id, Person.name)
        .join(Ticket, Ticket.requester_id == Person.id)
        .join(tickets, tickets.c[0] == Ticket.id)
        .distinct()
    )
    return [person_id for person_id, name in rows if f" {folded(wanted)}" in f" {folded(name)}"]


def likely_people(session: Session, actor: Actor, requester_id: int) -> tuple[PersonView, ...]:
    """People who are on other tickets of this requester, the last first: offered before anything
    is typed.

    :raises NotAllowed:
    """
    check_staff(actor, "Only staff may look people up.")
    beside = _BESIDE if actor.sees_all else _BESIDE.where(*_may_be_known(actor))
    rows = ask(session, beside, requester_id=requester_id)
    return tuple(map(person_of_row, rows))


_requester = bindparam("requester_id", type_=Participant.person_id.type)
_THEIRS = (
    select(Participant.ticket_id)
    .where(Participant.person_id == _requester)
    .order_by(Participant.id.desc())
    .limit(50)
)
# Made once: every page of a ticket asks it.
_BESIDE = (
    PEOPLE.where(
        Person.id.in_(
            select(Participant.person_id).where(
                Participant.ticket_id.in_(_THEIRS), Participant.person_id != _requester
            )
        ),
        Person.active.is_(True),
        PersonAddress.id.is_not(None),
    )
    .order_by(Person.id.desc())
    .limit(MOST_OFFERED)
)

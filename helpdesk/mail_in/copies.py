"""People in copy of a mail: who is offered to staff, and who is included unless left out."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from itertools import islice

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.addr_spec import is_address
from helpdesk.mail_in.incoming import Incoming, NamedAddress
from helpdesk.mail_in.same_mailbox import is_same_mailbox
from helpdesk.mail_in.service_addresses import is_service_address
from helpdesk.models import Participant, ParticipantRole, Person, PersonAddress, Ticket
from helpdesk.public_providers import share_own_domain
from helpdesk.text import clean_line, fold_address, split_tag
from helpdesk.tickets.mailboxes import is_ours
from helpdesk.tickets.written_to import NamedPair, WrittenTo
from helpdesk.vocabulary import STAFF_ROLES

MOST_COPIED = 20
MOST_STRANGERS = 5
"""Of one mail: more are a mailing, and not people whom an answer is for."""
MOST_SHOWN = 50


def named_beside(session: Session, mail: Incoming) -> list[NamedAddress]:
    """Everybody in To and Cc of a mail but ourselves and its sender, each once."""
    sender = fold_address(mail.sender.address) if mail.sender else ""
    found: dict[str, NamedAddress] = {}
    for named in (*mail.to, *mail.cc):
        address = fold_address(named.address)
        if address == sender or address in found or len(found) >= MOST_SHOWN:
            continue
        if is_address(address) and not is_ours(session, address):
            found[address] = NamedAddress(clean_line(named.name, 120), address)
    return list(found.values())


def written_to_in(session: Session, mail: Incoming) -> WrittenTo:
    """Everybody in To and Cc of a mail, as they are shown; of our own addresses without the token
    of a reply address.
    """
    return WrittenTo(_shown(session, mail.to), _shown(session, mail.cc))


def _shown(session: Session, named: Iterable[NamedAddress]) -> tuple[NamedPair, ...]:
    found: dict[str, NamedPair] = {}
    for one in islice(named, MOST_SHOWN):
        address = clean_line(fold_address(one.address), 320)
        if is_ours(session, address):
            address = split_tag(address)[0]
        found.setdefault(address, (clean_line(one.name, 120), address))
    return tuple(found.values())


def offered_copies(session: Session, mail: Incoming, ticket: Ticket) -> list[NamedAddress]:
    """Who in copy of a proven mail is offered: of those who are not close, a few.

    Nobody is offered their own mailbox, under another address of it.
    """
    sender = mail.sender.address if mail.sender else ""
    people = [
        one
        for one in named_beside(session, mail)[:MOST_COPIED]
        if not is_service_address(one.address) and not is_same_mailbox(one.address, sender)
    ]
    close = close_addresses(session, ticket.requester_id, [one.address for one in people])
    strangers = [one for one in people if one.address not in close][:MOST_STRANGERS]
    return [one for one in people if one.address in close or one in strangers]


def close_addresses(
    session: Session, requester_id: int, addresses: Collection[str]
) -> frozenset[str]:
    """Who of these people is included in an answer unless left out: staff, who is of the
    requester's own domain, and whom staff included on a ticket of theirs before.
    """
    wanted = frozenset(addresses)
    if not wanted:
        return wanted
    own = session.scalars(
        select(PersonAddress.address).where(PersonAddress.person_id == requester_id)
    ).all()
    close = {one for one in wanted if any(share_own_domain(one, address) for address in own)}
    return frozenset(close | _known(session, requester_id, wanted - close))


def _known(session: Session, requester_id: int, addresses: Iterable[str]) -> set[str]:
    included = (
        select(Participant.person_id)
        .join(Ticket, Ticket.id == Participant.ticket_id)
        .where(
            Ticket.requester_id == requester_id,
            Participant.role == ParticipantRole.COPY,
            Participant.pending.is_(False),
        )
    )
    is_staff = Person.role.in_(STAFF_ROLES) & Person.active.is_(True)
    rows = session.scalars(
        select(PersonAddress.address)
        .join(Person, Person.id == PersonAddress.person_id)
        .where(PersonAddress.address.in_(addresses), is_staff | Person.id.in_(included))
    )
    return set(rows)

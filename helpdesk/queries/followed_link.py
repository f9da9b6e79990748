"""Who comes by a tracking link, and to which ticket.

A link is mailed to one person, and is theirs: it shows what they may see and speaks for them, as
long as they are on the ticket.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from helpdesk import links
from helpdesk.actor import Actor
from helpdesk.db import keys_of
from helpdesk.errors import NotFound
from helpdesk.models import Person, Ticket
from helpdesk.tickets.access import is_open_to
from helpdesk.tickets.merged import current_ticket
from helpdesk.vocabulary import Role

_MOST_JOINED = 20


@dataclass(frozen=True)
class Follower:
    """A person who came by a link, and the ticket that it leads to now."""

    ticket: Ticket
    person_id: int

    @property
    def is_requester(self) -> bool:
        return self.person_id == self.ticket.requester_id

    @property
    def actor(self) -> Actor:
        """May act on this ticket, as this person, and on no other."""
        return Actor(self.person_id, Role.CUSTOMER, ticket_id=self.ticket.id)


def follow_link(session: Session, token: str, signed_in: int | None = None) -> Follower:
    """Who comes by this link, and to which ticket: its own, or the one that took it over.

    :param signed_in: the id of the customer who is signed in. They come as themselves where they
        are on the ticket; else as the one whom the link was mailed to.
    :raises NotFound: the link is not ours, was revoked, or its person is not on the ticket (any
        more, or not yet), or that has not begun for them.
    """
    right = links.read_tracking_token(keys_of(session), token)
    ticket = session.get(Ticket, right.ticket_id) if right else None
    if right is None or ticket is None or ticket.link_generation != right.generation:
        raise NotFound("This link does not work (any more).")
    now_on = current_ticket(session, ticket.id)
    # Links mailed before they named a person are the requester's.
    mailed_to = ticket.requester_id if right.person_id is None else right.person_id
    follower = Follower(now_on, person_on(session, now_on, mailed_to))
    if signed_in is None or signed_in == follower.person_id:
        return follower
    return (
        replace(follower, person_id=signed_in)
        if is_open_to(session, now_on, signed_in)
        else follower
    )


def is_no_longer_kept(session: Session, token: str) -> bool:
    """Whether we made this link, of either kind, for a ticket that is not there any more."""
    keys = keys_of(session)
    right = links.read_tracking_token(keys, token) or links.read_limited_view_token(keys, token)
    return right is not None and session.get(Ticket, right.ticket_id) is None


def writer_by_link(session: Session, token: str, signed_in: int | None = None) -> Actor:
    """Who writes by this link, and on which ticket (``ticket_id``).

    :param signed_in: as for :func:`follow_link`.
    :raises NotFound: the link does not lead there (any more), or its person was deactivated.
    """
    follower = follow_link(session, token, signed_in)
    person = session.get(Person, follower.person_id)
    if person is None or not person.active:
        raise NotFound("This link does not work (any more).")
    return follower.actor


def person_on(session: Session, ticket: Ticket, person_id: int) -> int:
    """The person, who is on the ticket and not pending; or who they turned out to be.

    :raises NotFound: neither is on it.
    """
    for _ in range(_MOST_JOINED):
        if is_open_to(session, ticket, person_id):
            return person_id
        person = session.get(Person, person_id)
        if person is None or person.joined_into_id is None:
            break
        person_id = person.joined_into_id
    raise NotFound("This link does not work (any more).")

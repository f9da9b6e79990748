"""Where a ticket is kept: the inbox, spam or trash, and what that means for whoever wrote it."""

from __future__ import annotations

from sqlalchemy import bindparam, exists, select
from sqlalchemy.orm import Session

from helpdesk.errors import InvalidInput
from helpdesk.models import BlockedSender, Person, Ticket
from helpdesk.text import fold_address, split_tag
from helpdesk.vocabulary import Folder

_NO_MAIL = "It is in spam, and nobody is mailed from there: move it to the inbox first."


def is_blocked(session: Session, address: str) -> bool:
    """Whether what this address sends goes to spam: it, or all of its domain, is blocked; or it is
    a blocked one with a tag (``eve+shop@mail.example``).
    """
    folded = fold_address(address)
    untagged, _ = split_tag(folded)
    names = {"address": folded, "untagged": untagged, "domain": "@" + folded.rpartition("@")[2]}
    return bool(session.connection().scalar(_IS_BLOCKED, names))


_IS_BLOCKED = select(
    exists().where(
        (BlockedSender.address == bindparam("address", type_=BlockedSender.address.type))
        | (BlockedSender.address == bindparam("untagged", type_=BlockedSender.address.type))
        | (BlockedSender.address == bindparam("domain", type_=BlockedSender.address.type))
    )
)
"""Made once: every new conversation asks it."""


def is_mailed(ticket: Ticket, person: Person) -> bool:
    """Whether somebody is mailed of this ticket: of spam, nobody but staff."""
    return ticket.folder != Folder.SPAM or person.is_staff


def check_is_mailed(ticket: Ticket, person: Person) -> None:
    """See that :func:`is_mailed` holds.

    :raises InvalidInput: (``folder``) it does not.
    """
    if not is_mailed(ticket, person):
        raise InvalidInput("folder", _NO_MAIL)

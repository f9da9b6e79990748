"""Where a ticket is kept: the inbox, spam or trash, and what that means for whoever wrote it."""

from __future__ import annotations

import re

from sqlalchemy import bindparam, exists, select
from sqlalchemy.orm import Session

from helpdesk.absent import is_absent
from helpdesk.errors import InvalidInput
from helpdesk.models import BlockedSender, Person, Ticket
from helpdesk.rows import ask
from helpdesk.text import fold_address, split_tag
from helpdesk.vocabulary import Folder

_NO_MAIL = "It is in spam, and nobody is mailed from there: move it to the inbox first."

UNBLOCKED = "blocked_sender.address"
"""Under this name it is noted which addresses no rule blocks (:mod:`helpdesk.absent`)."""


def is_blocked(session: Session, address: str) -> bool:
    """Whether what this address sends goes to spam: one of :func:`rules_for` it stands."""
    if is_absent(session, UNBLOCKED, fold_address(address)):
        return False
    return bool(ask(session, _IS_BLOCKED, rules=rules_for(address)).scalar())


def rules_for(address: str) -> list[str]:
    """The rules that would block an address: it, or all of its domain or of one above that; or it
    is a blocked one with a tag (``eve+shop@mail.example``).
    """
    folded = fold_address(address)
    untagged, _ = split_tag(folded)
    return [folded, untagged, *("@" + one for one in _domains_of(folded))]


_IS_BLOCKED = select(exists().where(BlockedSender.address.in_(bindparam("rules", expanding=True))))
"""Made once: every new conversation asks it."""

_OF_A_COUNTRY = re.compile(
    r"(?:ac|co|com|edu|go|gob|gov|govt|gv|ltd|me|mil|ne|net|nhs|nom|or|org|plc|sch|web)\.[a-z]{2}"
)
"""What everybody's domain may stand under. Whoever writes as ``someone@co.uk`` must not bring about
that a click blocks a whole country."""


def _domains_of(folded: str) -> list[str]:
    """The domain of an address, and those above it that may be somebody's own."""
    domain = folded.rpartition("@")[2]
    labels = domain.split(".")[-_MOST_LABELS:]
    above = (".".join(labels[place:]) for place in range(len(labels) - 1))
    return [domain, *(one for one in above if one != domain and not _OF_A_COUNTRY.fullmatch(one))]


_MOST_LABELS = 128
"""More do not fit into a domain (RFC 1035 2.3.4)."""


def is_mailed(ticket: Ticket, person: Person) -> bool:
    """Whether somebody is mailed of this ticket: of spam, nobody but staff."""
    return ticket.folder != Folder.SPAM or person.is_staff


def is_told(session: Session, ticket: Ticket, person: Person) -> bool:
    """Whether Postdesk by itself mails somebody of this ticket: that it came, how it stands, how it
    was. Nobody who is blocked, though their tickets may stand in the inbox; what staff write goes.
    """
    if not is_mailed(ticket, person):
        return False
    return person.is_staff or not is_blocked(session, person.address)


def check_is_mailed(ticket: Ticket, person: Person) -> None:
    """See that :func:`is_mailed` holds.

    :raises InvalidInput: (``folder``) it does not.
    """
    if not is_mailed(ticket, person):
        raise InvalidInput("folder", _NO_MAIL)

"""Who does something: what every action asks before it does it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from helpdesk.vocabulary import STAFF_ROLES, MailboxRight, Role

_RANKS = {right: rank for rank, right in enumerate(MailboxRight)}
MailboxRights = tuple[tuple[int, MailboxRight], ...]
"""What somebody may do in which mailboxes, by their ids."""


@dataclass(frozen=True)
class Actor:
    """A person as an action sees them.

    ``ticket_id`` is set for a customer who came by a tracking link: they may act on that ticket
    and on no other, whatever else is theirs. ``operator`` is the system user at the command line.
    ``rights`` is set for staff who have only some mailboxes; where it is None, they have all.
    """

    person_id: int | None
    role: Role
    ticket_id: int | None = None
    operator: str = ""
    rights: MailboxRights | None = None

    @property
    def is_staff(self) -> bool:
        return self.role in STAFF_ROLES

    @property
    def is_admin(self) -> bool:
        return self.role in (Role.ADMIN, Role.SYSTEM)

    @property
    def sees_all(self) -> bool:
        """Whether no mailbox is kept from them."""
        return self.rights is None

    @property
    def mailbox_ids(self) -> tuple[int, ...] | None:
        """The mailboxes whose tickets they see; None for all."""
        return self.mailboxes_with(MailboxRight.SEE)

    def mailboxes_with(self, right: MailboxRight) -> tuple[int, ...] | None:
        """The mailboxes in which they have a right; None for all."""
        if self.rights is None:
            return None
        return tuple(one for one, given in self.rights if _RANKS[given] >= _RANKS[right])

    @property
    def decides_about_mail(self) -> bool:
        """Whether they decide about held mail, in some mailbox at least."""
        return self.mailboxes_with(MailboxRight.MANAGE) != ()

    @property
    def opens_tickets(self) -> bool:
        """Whether they may open a ticket, in some mailbox at least."""
        return self.mailboxes_with(MailboxRight.ANSWER) != ()

    def may(self, mailbox_id: int | None, right: MailboxRight = MailboxRight.SEE) -> bool:
        """Whether one of staff has a right in a mailbox. What is in none is for who has all."""
        if self.rights is None:
            return True
        given = dict(self.rights).get(mailbox_id or 0)
        return given is not None and _RANKS[given] >= _RANKS[right]


def rights_of(role: Role | str, kept: Mapping[str, str] | None) -> MailboxRights | None:
    """The rights of a person, as an actor has them; None where they have all mailboxes.

    :param kept: as they stand in their row: right by mailbox's id. Of admins it says nothing.
    """
    if kept is None or role != Role.AGENT:
        return None
    known = set(MailboxRight)
    found = {int(one): MailboxRight(right) for one, right in kept.items() if right in known}
    return tuple(sorted(found.items()))


SYSTEM = Actor(None, Role.SYSTEM)
"""Postdesk itself."""


def operator_named(name: str) -> Actor:
    """The operator at the command line, with the name of the system user."""
    return Actor(None, Role.SYSTEM, operator=name or "unknown")


VISITOR = Actor(None, Role.VISITOR)
"""Somebody at the form, of whom nothing is proven: they may write to us, and that is all."""

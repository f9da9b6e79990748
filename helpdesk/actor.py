"""Who does something: what every action asks before it does it."""

from __future__ import annotations

from dataclasses import dataclass

from helpdesk.vocabulary import STAFF_ROLES, Role


@dataclass(frozen=True)
class Actor:
    """A person as an action sees them.

    ``ticket_id`` is set for a customer who came by a tracking link: they may act on that ticket
    and on no other, whatever else is theirs. ``operator`` is the system user at the command line.
    """

    person_id: int | None
    role: Role
    ticket_id: int | None = None
    operator: str = ""

    @property
    def is_staff(self) -> bool:
        return self.role in STAFF_ROLES

    @property
    def is_admin(self) -> bool:
        return self.role in (Role.ADMIN, Role.SYSTEM)


SYSTEM = Actor(None, Role.SYSTEM)
"""Postdesk itself."""


def operator_named(name: str) -> Actor:
    """The operator at the command line, with the name of the system user."""
    return Actor(None, Role.SYSTEM, operator=name or "unknown")


VISITOR = Actor(None, Role.VISITOR)
"""Somebody at the form, of whom nothing is proven: they may write to us, and that is all."""

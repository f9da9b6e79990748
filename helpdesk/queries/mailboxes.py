"""The mailboxes, as pages name them."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.models import Mailbox


@dataclass(frozen=True)
class MailboxView:
    """An address that customers write to."""

    id: int
    address: str
    name: str
    colour: str
    logo_sha256: str
    """A picture in the blob store; empty for none."""


def mailbox_addresses(session: Session) -> list[str]:
    """The addresses that Postdesk takes mail for, in order."""
    return list(session.scalars(select(Mailbox.address).order_by(Mailbox.address)))


def mailboxes(session: Session) -> tuple[MailboxView, ...]:
    """All mailboxes, the first one first: mail leaves from it where nothing else is said."""
    rows = session.execute(
        select(
            Mailbox.id, Mailbox.address, Mailbox.name, Mailbox.colour, Mailbox.logo_sha256
        ).order_by(Mailbox.id)
    )
    return tuple(MailboxView(*row) for row in rows)

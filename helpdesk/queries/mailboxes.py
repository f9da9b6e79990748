"""The mailboxes, as pages name them."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.actor import Actor
from helpdesk.models import Mailbox
from helpdesk.text import fold_address
from helpdesk.vocabulary import MailboxRight


@dataclass(frozen=True)
class MailboxView:
    """An address that customers write to."""

    id: int
    address: str
    name: str
    colour: str
    logo_sha256: str
    """A picture in the blob store; empty for none."""
    public: bool
    has_form: bool
    paused: bool
    asks_reason: bool
    """Whether staff say why they change a field of its tickets."""
    is_removed: bool


def mailboxes(session: Session, *, removed: bool = False) -> tuple[MailboxView, ...]:
    """All mailboxes, the first one first: mail leaves from it where nothing else is said.

    :param removed: after them, those that were removed, too.
    """
    chosen = select(
        Mailbox.id,
        Mailbox.address,
        Mailbox.name,
        Mailbox.colour,
        Mailbox.logo_sha256,
        Mailbox.public,
        Mailbox.has_form,
        Mailbox.paused,
        Mailbox.asks_reason,
        Mailbox.removed_at.is_not(None).label("is_removed"),
    )
    if not removed:
        chosen = chosen.where(Mailbox.removed_at.is_(None))
    rows = session.execute(chosen.order_by("is_removed", Mailbox.id)).mappings()
    return tuple(MailboxView(**row) for row in rows)


def own_mailboxes(
    session: Session, actor: Actor, right: MailboxRight = MailboxRight.SEE
) -> tuple[MailboxView, ...]:
    """The mailboxes in which one of staff has a right, the first one first."""
    return tuple(box for box in mailboxes(session) if actor.may(box.id, right))


def offered_mailboxes(session: Session, wanted: str = "") -> tuple[MailboxView, ...]:
    """The mailboxes that customers may choose from: their form is open, and pages name them.

    :param wanted: the address of one that pages do not name, for whoever names it.
    """
    named = fold_address(wanted)
    return tuple(
        box for box in mailboxes(session) if box.has_form and (box.public or box.address == named)
    )


def mailbox_id_at(session: Session, address: str) -> int:
    """The id of the mailbox of this address; 0, which none has, where there is none."""
    found = select(Mailbox.id).where(
        Mailbox.address == fold_address(address), Mailbox.removed_at.is_(None)
    )
    return session.scalar(found) or 0

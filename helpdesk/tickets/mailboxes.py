"""The mailboxes, read once a transaction: every mail asks for them several times."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.models import Mailbox
from helpdesk.text import split_tag

_KEPT = "postdesk_mailboxes"


def all_mailboxes(session: Session) -> dict[str, Mailbox]:
    """Every mailbox by its address, the oldest first; as they were when first asked for."""
    kept: dict[str, Mailbox] | None = session.info.get(_KEPT)
    if kept is None:
        found = session.scalars(select(Mailbox).order_by(Mailbox.id))
        kept = session.info[_KEPT] = {mailbox.address: mailbox for mailbox in found}
    return kept


def forget_mailboxes(session: Session) -> None:
    """Have the next question read them anew: one was added or changed."""
    session.info.pop(_KEPT, None)


def is_ours(session: Session, address: str) -> bool:
    """Whether this address, whatever its plus-tag, is a mailbox or leads to one."""
    base = split_tag(address)[0]
    return base in all_mailboxes(session) or base in feeders(session)


def mailbox_taking(session: Session, address: str) -> Mailbox | None:
    """The mailbox that takes mail to this address, whatever its plus-tag: at its own address, or at
    one that feeds it."""
    base = split_tag(address)[0]
    boxes = all_mailboxes(session)
    return boxes.get(base) or next((box for box in boxes.values() if base in box.fed_through), None)


def feeders(session: Session) -> frozenset[str]:
    """The aliases and lists (addresses, or names of List-Id) that mailboxes are fed through."""
    boxes = all_mailboxes(session).values()
    return frozenset(name for mailbox in boxes for name in mailbox.fed_through)


def mailboxes_among(session: Session, addresses: Iterable[str]) -> list[Mailbox]:
    """The mailboxes among these addresses, each once, in that order."""
    ours = all_mailboxes(session)
    found = (ours.get(split_tag(address)[0]) for address in addresses)
    return list(dict.fromkeys(mailbox for mailbox in found if mailbox is not None))


def mailbox_of(session: Session, recipients: Iterable[str]) -> Mailbox | None:
    """The mailbox that a mail to these addresses came to: the first of them that is one."""
    return next(iter(mailboxes_among(session, recipients)), None)


def first_mailbox(session: Session) -> Mailbox:
    """The mailbox that mail leaves from where a ticket names none.

    :raises LookupError: where no mailbox was set up yet.
    """
    mailbox = next(iter(all_mailboxes(session).values()), None)
    if mailbox is None:
        raise LookupError("no mailbox: add one with `postdesk mailbox add support@…`")
    return mailbox

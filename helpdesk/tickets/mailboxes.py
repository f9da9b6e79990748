"""The mailboxes, read once a transaction: every mail asks for them several times."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.addr_spec import spellings
from helpdesk.models import Mailbox, Ticket
from helpdesk.text import split_tag

_KEPT = "postdesk_mailboxes"
_KEPT_BY_SPELLING = "postdesk_mailboxes_by_spelling"
_IN_USE = select(Mailbox).where(Mailbox.removed_at.is_(None)).order_by(Mailbox.id)


def all_mailboxes(session: Session) -> dict[str, Mailbox]:
    """Every mailbox by its address, the oldest first; as they were when first asked for.

    Those that were removed are none.
    """
    kept: dict[str, Mailbox] | None = session.info.get(_KEPT)
    if kept is None:
        found = session.scalars(_IN_USE)
        kept = session.info[_KEPT] = {mailbox.address: mailbox for mailbox in found}
    return kept


def forget_mailboxes(session: Session) -> None:
    """Have the next question read them anew: one was added or changed."""
    session.info.pop(_KEPT, None)
    session.info.pop(_KEPT_BY_SPELLING, None)


def is_ours(session: Session, address: str) -> bool:
    """Whether this address, whatever its plus-tag, is a mailbox or leads to one."""
    return split_tag(address)[0] in _by_spelling(session)


def own_addresses(session: Session) -> frozenset[str]:
    """Every address at which a mailbox takes mail, hidden ones too, in each spelling of its domain;
    and the lists that bring it."""
    return frozenset(_by_spelling(session))


def mailbox_taking(session: Session, address: str) -> Mailbox | None:
    """The mailbox that takes mail to this address, whatever its plus-tag: at its own address, or at
    one that feeds it."""
    return _by_spelling(session).get(split_tag(address)[0])


def _by_spelling(session: Session) -> dict[str, Mailbox]:
    """Whose mail it is that comes to an address, or through a list, however its domain is spelt.

    A mail to ``büro.example`` comes to ``xn--bro-hoa.example``, unless all servers on its way speak
    SMTPUTF8 (RFC 6531).
    """
    kept: dict[str, Mailbox] | None = session.info.get(_KEPT_BY_SPELLING)
    if kept is None:
        boxes = list(all_mailboxes(session).values())
        kept = {one: box for box in boxes for name in box.fed_through for one in spellings(name)}
        kept |= {one: box for box in boxes for one in spellings(box.address)}
        session.info[_KEPT_BY_SPELLING] = kept
    return kept


def mailbox_for(session: Session, ticket: Ticket) -> Mailbox:
    """The mailbox that mails on this ticket leave from: its own; the first one where it has none,
    or where that was removed.

    :raises LookupError: where no mailbox was set up yet.
    """
    own = ticket.mailbox
    return own if own is not None and own.removed_at is None else first_mailbox(session)


def feeders(session: Session) -> frozenset[str]:
    """The hidden addresses and lists (names of List-Id) that bring mailboxes their mail: what marks
    it as a list's on the way says nothing of who wrote it.

    Not the addresses that mailboxes had before: people write to those, and lists.
    """
    boxes = all_mailboxes(session).values()
    names = (name for box in boxes for name in box.fed_through if name not in box.former_addresses)
    return frozenset(one for name in names for one in spellings(name))


def mailboxes_among(session: Session, addresses: Iterable[str]) -> list[Mailbox]:
    """The mailboxes that take mail to these addresses, each once, in that order."""
    found = (mailbox_taking(session, address) for address in addresses)
    return list(dict.fromkeys(mailbox for mailbox in found if mailbox is not None))


def mailbox_of(session: Session, recipients: Iterable[str]) -> Mailbox | None:
    """The mailbox that a mail to these addresses came to: the first of theirs."""
    return next(iter(mailboxes_among(session, recipients)), None)


def first_mailbox(session: Session) -> Mailbox:
    """The mailbox that mail leaves from where a ticket names none.

    :raises LookupError: where no mailbox was set up yet.
    """
    mailbox = next(iter(all_mailboxes(session).values()), None)
    if mailbox is None:
        raise LookupError("no mailbox: add one with `postdesk mailbox add support@…`")
    return mailbox

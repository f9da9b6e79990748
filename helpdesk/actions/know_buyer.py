"""Know a marketplace's buyer again, whose relay writes from another alias each time."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from helpdesk.actions.join_people import give_address
from helpdesk.addr_spec import is_address
from helpdesk.mail_in.incoming import Incoming
from helpdesk.mail_in.marketplace_orders import buyer_behind
from helpdesk.mail_in.marketplaces import relay_of, relayed_order
from helpdesk.mail_in.same_mailbox import is_same_mailbox
from helpdesk.models import Person
from helpdesk.text import fold_address
from helpdesk.tickets.people import person_at, write_to
from helpdesk.vocabulary import MACHINE_KINDS, Role, Verdict

MOST_ALIASES = 20
"""Of one buyer: the oldest are forgotten, and known again by the order."""


def writer_of(session: Session, mail: Incoming, now: datetime) -> Person | None:
    """The person behind a mail's sender, if we know one.

    Where a marketplace's relay proves a mail, says which order it is about, and wrote for the same
    buyer before, it is that person, who is written to at the new alias from now on. Whoever had
    that alone becomes one with them.
    """
    if mail.sender is None:
        return None
    address = fold_address(mail.sender.address)
    known = person_at(session, address)
    order = relayed_order(mail) if _may_tell(mail) else None
    buyer = buyer_behind(session, order) if order else None
    if buyer is None or (known is not None and not _may_become(known, buyer)):
        return known
    answer_at(session, buyer, mail, now)
    return buyer


def answer_at(session: Session, person: Person, mail: Incoming, now: datetime) -> None:
    """Write to a buyer at the alias that their proven mail came from, the newest that they have.

    Other people, and a buyer who has an address of their own, are written to where they were.
    """
    address = fold_address(mail.sender.address) if mail.sender else ""
    if not (_may_tell(mail) and relay_of(address) and is_address(address)):
        return
    owner = person_at(session, address)
    if owner is not None and not _may_become(owner, person):
        return
    aliases = [one for one in person.addresses if is_same_mailbox(one.address, address)]
    if not aliases:
        return
    is_first = person.addresses[0] in aliases
    if owner is not person:
        for old in aliases[is_first:][: max(0, len(aliases) - MOST_ALIASES + 1)]:
            session.delete(old)
        session.flush()
        give_address(session, address, person, now)
        session.flush()
        session.refresh(person, ["addresses"])
    if is_first:
        write_to(session, person, address)


def _may_tell(mail: Incoming) -> bool:
    return mail.verdict == Verdict.PASS and mail.kind not in MACHINE_KINDS


def _may_become(owner: Person, person: Person) -> bool:
    is_alone = owner.role == Role.CUSTOMER and owner.active and len(owner.addresses) == 1
    return owner is person or is_alone

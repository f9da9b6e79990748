"""An address is a mailbox's or a person's, never both.

A person at the address of a mailbox would be mailed what we write, and it would come in again; a
mailbox at the address of a person would take their mail. Whatever gives somebody an address asks
here: pages, API, files, commands and mails.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, joinedload

from helpdesk.addr_spec import is_address, spellings
from helpdesk.errors import InvalidInput
from helpdesk.models import Mailbox, Person, PersonAddress
from helpdesk.text import fold_address, split_tag
from helpdesk.tickets.mailboxes import all_mailboxes, is_ours, mailbox_taking

_OURS = "{address} is our own: the mailbox “{mailbox}” takes its mail. Name a person’s address."
_NO_FEEDER = (
    "“{address}” is neither an address, such as in@inbound.example, nor the name of a list as it "
    "stands in List-Id, such as help.lists.example."
)
_ITS_OWN = "{address} is the mailbox’s own address: it gets that mail anyway."
_ANOTHERS = "{address} brings mail to the mailbox {mailbox} already."
_SOMEBODYS = (
    "{address} is the address of {person}. Give them another one first (Settings › People, or "
    "`postdesk person set`), or choose another."
)


def check_not_ours(session: Session, address: str, field: str) -> None:
    """Refuse a person's address at which a mailbox takes mail: its own, a hidden one, or one of
    these with a plus-tag.

    :raises InvalidInput: naming ``field`` and the mailbox.
    """
    if is_ours(session, address):
        mailbox = mailbox_taking(session, address)
        raise InvalidInput(
            field, _OURS, address=fold_address(address), mailbox=mailbox.name if mailbox else ""
        )


def check_nobody_is_ours(session: Session, people: Iterable[Person], field: str) -> None:
    """The same of whoever is to be on a ticket: one who has such an address from of old.

    :raises InvalidInput: naming ``field`` and the mailbox.
    """
    for person in people:
        for one in person.addresses:
            check_not_ours(session, one.address, field)


def check_feeders(session: Session, mailbox: Mailbox, feeders: Iterable[str]) -> None:
    """Refuse hidden addresses of a mailbox that are none, that a person has, or at which another
    mailbox, or this one itself, takes mail.

    :raises InvalidInput: naming ``fed_through``, and whose it is.
    """
    for feeder in feeders:
        is_list = "@" not in feeder and "." in feeder
        if not is_address(f"list@{feeder}" if is_list else feeder):
            raise InvalidInput("fed_through", _NO_FEEDER, address=feeder)
        check_nobodys(session, feeder, "fed_through")
        check_no_other_mailboxes(session, feeder, "fed_through", mailbox)
        if feeder == mailbox.address:
            raise InvalidInput("fed_through", _ITS_OWN, address=feeder)


def check_no_other_mailboxes(
    session: Session, address: str, field: str, mailbox: Mailbox | None = None
) -> None:
    """Refuse an address (or a list) that another mailbox than this one has, or that brings its
    mail.

    :raises InvalidInput: naming ``field`` and the mailbox.
    """
    boxes, spelt = all_mailboxes(session).values(), set(spellings(address))
    other = next(
        (
            one
            for one in boxes
            if one is not mailbox and not spelt.isdisjoint((one.address, *one.fed_through))
        ),
        None,
    )
    if other is not None:
        raise InvalidInput(field, _ANOTHERS, address=address, mailbox=other.address)


def check_nobodys(session: Session, address: str, field: str) -> None:
    """Refuse a mailbox's address, or one that feeds it, that a person has; with a plus-tag or not.

    :raises InvalidInput: naming ``field`` and the person.
    """
    local, at, domain = split_tag(address)[0].rpartition("@")
    if not at:
        return  # the name of a list
    tagged = PersonAddress.address.startswith(f"{local}+", autoescape=True)
    of_domain = or_(
        *(PersonAddress.address.endswith(f"@{one}", autoescape=True) for one in spellings(domain))
    )
    bare = [f"{local}@{one}" for one in spellings(domain)]
    found = session.scalar(
        select(PersonAddress)
        .where(PersonAddress.address.in_(bare) | (tagged & of_domain))
        .options(joinedload(PersonAddress.person).selectinload(Person.addresses))
        .order_by(PersonAddress.id)
        .limit(1)
    )
    if found is not None:
        raise InvalidInput(field, _SOMEBODYS, address=found.address, person=found.person.shown_name)

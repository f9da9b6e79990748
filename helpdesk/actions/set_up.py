"""Set up: mailboxes and people."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from functools import partial

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk import validation
from helpdesk.actions.deactivate_person import reactivate_person
from helpdesk.actions.edit_mailbox import folded_feeders
from helpdesk.actions.edit_person import change_role, choose_password, rename_person
from helpdesk.actions.sign_in import set_password
from helpdesk.actor import Actor
from helpdesk.addr_spec import is_address
from helpdesk.errors import InvalidInput, NotAllowed
from helpdesk.models import AuditKind, Mailbox, Person
from helpdesk.text import clean_line, split_tag
from helpdesk.tickets import audit
from helpdesk.tickets.address_owners import (
    check_feeders,
    check_no_other_mailboxes,
    check_nobodys,
    check_not_ours,
)
from helpdesk.tickets.mailboxes import forget_mailboxes, is_ours
from helpdesk.tickets.people import person_at, person_for
from helpdesk.vocabulary import ROLES, STAFF_ROLES, Role


def add_mailbox(
    session: Session,
    actor: Actor,
    address: str,
    *,
    name: str = "",
    fed_through: Collection[str] = (),
    only_new: bool = False,
    now: datetime,
) -> Mailbox:
    """Have Postdesk answer for an address. Named again, it gets the new name; one that was removed
    comes back, with its tickets.

    :param fed_through: hidden addresses and mailing lists (names of List-Id) that bring its mail,
        in place of those named before; none leaves them as they are.
    :param only_new: leave a mailbox that is there already as it is.
    :raises NotAllowed: the actor is no admin.
    :raises InvalidInput: it is no address, has a plus-tag, is there already, or is a person's.
    """
    if not actor.is_admin:
        raise NotAllowed("Only an admin may add mailboxes.")
    folded, tag = split_tag(address)
    if not is_address(folded) or tag:
        raise InvalidInput(
            "address", f"“{clean_line(address, 80)}” is no mailbox, such as support@shop.example."
        )
    log = partial(audit.record, session, actor, AuditKind.MAILBOX, folded, now=now)
    name = clean_line(name, 120)
    fed = folded_feeders(fed_through)
    mailbox = session.scalar(select(Mailbox).where(Mailbox.address == folded))
    if mailbox is None or mailbox.removed_at is not None:
        mailbox = _new_or_back(session, mailbox, folded, name, now)
        log("added", new=mailbox.name)
    elif only_new:
        raise InvalidInput("address", f"{folded} is a mailbox already: “{mailbox.name}”.")
    elif name and name != mailbox.name:
        log("name", old=mailbox.name, new=name)
        mailbox.name = name
    check_feeders(session, mailbox, fed)
    if fed and fed != mailbox.fed_through:
        log("fed_through", old=", ".join(mailbox.fed_through), new=", ".join(fed))
        mailbox.fed_through = fed
    forget_mailboxes(session)
    return mailbox


def _new_or_back(
    session: Session, removed: Mailbox | None, address: str, name: str, now: datetime
) -> Mailbox:
    """A new mailbox of this address; the one that was removed, where there was one."""
    check_nobodys(session, address, "address")
    check_no_other_mailboxes(session, address, "address")
    if removed is None:
        mailbox = Mailbox(address=address, name=name or _name_from(address), created_at=now)
        session.add(mailbox)
        session.flush()
        return mailbox
    removed.removed_at, removed.name = None, name or removed.name
    # Others may have taken them meanwhile.
    removed.fed_through = [one for one in removed.fed_through if not is_ours(session, one)]
    return removed


def add_person(
    session: Session,
    actor: Actor,
    address: str,
    *,
    role: str,
    name: str = "",
    password: str | None = None,
    only_new: bool = False,
    now: datetime,
) -> Person:
    """Add a person, or give one who is known already a role, a name or a password.

    :param only_new: leave who is staff already, their role and their password, as they are.
    :raises NotAllowed: the actor is no admin.
    :raises InvalidInput: the address, role or password does not hold, or nobody would be left to
        administer; or they are staff already.
    """
    if not actor.is_admin:
        raise NotAllowed("Only an admin may add people.")
    validation.one_of(role, ROLES, "role")
    check_not_ours(session, address, "email")
    known = person_at(session, address)
    if only_new and known and known.role in STAFF_ROLES:
        raise InvalidInput(
            "email", f"{known.shown_name} is here already. Open them in the list to change them."
        )
    if known:
        change_role(session, actor, known.id, role, now=now)
        _change_known(session, actor, known, name, password, now)
        return known
    person = person_for(session, address, name, now)
    person.role = Role(role)
    if password is not None:
        set_password(session, person, password)
    session.flush()
    audit.record(session, actor, AuditKind.PERSON, person.address, "added", new=role, now=now)
    return person


def _change_known(
    session: Session, actor: Actor, person: Person, name: str, password: str | None, now: datetime
) -> None:
    """Give somebody who is known already what was named with them, and let them in."""
    reactivate_person(session, actor, person.id, now=now)
    if name:
        rename_person(session, actor, person.id, name, now=now)
    if password is not None:
        choose_password(session, actor, person.id, password, now=now)


def _name_from(address: str) -> str:
    return address.partition("@")[0].replace(".", " ").replace("-", " ").capitalize()

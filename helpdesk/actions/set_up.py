"""Set up: mailboxes and people."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk import validation
from helpdesk.actions.edit_person import check_not_the_last_admin
from helpdesk.actions.hand_over_tickets import hand_over
from helpdesk.actions.sign_in import set_password
from helpdesk.actor import Actor
from helpdesk.addr_spec import is_address
from helpdesk.errors import InvalidInput, NotAllowed
from helpdesk.models import AuditKind, Mailbox, Person
from helpdesk.text import clean_line, split_tag
from helpdesk.tickets import audit
from helpdesk.tickets.mailboxes import forget_mailboxes
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
    """Have Postdesk answer for an address. Named again, it gets the new name.

    :param fed_through: aliases and mailing lists through which its mail comes (addresses, or names
        of List-Id), in place of those named before; none leaves them as they are.
    :param only_new: leave a mailbox that is there already as it is.
    :raises NotAllowed: the actor is no admin.
    :raises InvalidInput: that is no address, or it has a plus-tag; or it is there already.
    """
    if not actor.is_admin:
        raise NotAllowed("Only an admin may add mailboxes.")
    folded, tag = split_tag(address)
    if not is_address(folded) or tag:
        raise InvalidInput(
            "address", f"“{clean_line(address, 80)}” is no mailbox, such as support@shop.example."
        )
    name = clean_line(name, 120)
    mailbox = session.scalar(select(Mailbox).where(Mailbox.address == folded))
    if mailbox is None:
        mailbox = Mailbox(address=folded, name=name or _name_from(folded), created_at=now)
        session.add(mailbox)
        session.flush()
        audit.record(session, actor, AuditKind.MAILBOX, folded, "added", new=mailbox.name, now=now)
    elif only_new:
        raise InvalidInput("address", f"{folded} is a mailbox already: “{mailbox.name}”.")
    elif name and name != mailbox.name:
        audit.record(
            session, actor, AuditKind.MAILBOX, folded, "name", old=mailbox.name, new=name, now=now
        )
        mailbox.name = name
    if fed_through:
        mailbox.fed_through = [clean_line(one, 250).strip("<>").lower() for one in fed_through]
    forget_mailboxes(session)
    return mailbox


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
    known = person_at(session, address)
    if only_new and known and known.role in STAFF_ROLES:
        raise InvalidInput(
            "email", f"{known.shown_name} is here already. Open them in the list to change them."
        )
    person = known or person_for(session, address, name, now)
    if known and role != Role.ADMIN:
        check_not_the_last_admin(session, person, "role")
    if known and person.is_staff and role not in STAFF_ROLES:
        hand_over(session, actor, person, None, f"{person.shown_name} is no colleague now", now)
    before = f"{person.role}, {'active' if person.active else 'deactivated'}" if known else ""
    person.role = Role(role)
    person.active = True
    if name:
        person.name = clean_line(name, 120)
    if password is not None:
        set_password(session, person, password)
    session.flush()
    field = "role" if known else "added"
    if before != f"{role}, active":
        audit.record(
            session, actor, AuditKind.PERSON, person.address, field, old=before, new=role, now=now
        )
    return person


def _name_from(address: str) -> str:
    return address.partition("@")[0].replace(".", " ").replace("-", " ").capitalize()

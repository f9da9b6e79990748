"""Prove an address by a link mailed to it: to sign in, or to add the address to one's own."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import CursorResult, delete, select, update
from sqlalchemy.orm import Session

from helpdesk.actions.end_links import LINK_PATHS, hash_of_token
from helpdesk.actions.join_people import give_address
from helpdesk.actor import Actor
from helpdesk.addr_spec import strict_address
from helpdesk.errors import NotAllowed, NotFound
from helpdesk.languages import known_language, zone_named
from helpdesk.mail_in.same_mailbox import is_same_mailbox, reader_of
from helpdesk.mail_out import outbox
from helpdesk.mail_out.outgoing import Recipient, unthreaded_mail
from helpdesk.mail_out.reachable import may_be_mailed
from helpdesk.mail_out.templates import TemplateName
from helpdesk.models import LinkPurpose, MailedLink, Person
from helpdesk.text import fold_address, split_tag
from helpdesk.tickets.mailboxes import first_mailbox
from helpdesk.tickets.people import person_for
from helpdesk.vocabulary import STAFF_ROLES, Role, mark

GOOD_FOR = timedelta(minutes=30)
KEPT_FOR = timedelta(days=30)
"""So long a link that has run out may be exchanged for a fresh one."""
MOST_PER_HOUR = 5
MOST_PER_DAY = 20


@dataclass(frozen=True)
class _Kind:
    """How a link for one purpose is mailed."""

    template: TemplateName
    subject: str


_KINDS = {
    LinkPurpose.SIGN_IN: _Kind(TemplateName.SIGN_IN_LINK, "Your link to sign in"),
    LinkPurpose.ADD_ADDRESS: _Kind(TemplateName.CONFIRM_ADDRESS, "Is this your address?"),
    LinkPurpose.SET_PASSWORD: _Kind(TemplateName.PASSWORD_LINK_STAFF, "Set a new password"),
}


@dataclass(frozen=True)
class LinkState:
    """What a mailed link is, before it is used."""

    purpose: LinkPurpose
    address: str
    is_good: bool
    """False where it was used, or is too old."""


def ask_to_sign_in(session: Session, address: str, *, language: str = "", now: datetime) -> None:
    """Mail a link that signs in whoever reads this address's mail.

    Nobody is looked up: the mail is the same, and costs the same, whether we know the address or
    not. Who proves an address that is new here simply has no tickets yet.

    :raises InvalidInput: ``email`` is no address we could write to.
    """
    _mail_link(session, address, LinkPurpose.SIGN_IN, None, language, now)


def ask_to_add_address(
    session: Session, actor: Actor, address: str, *, language: str = "", now: datetime
) -> None:
    """Mail a link that adds this address to the actor's own, once they prove that they read it.

    :raises NotAllowed: nobody is signed in, or staff is.
    :raises InvalidInput: ``email`` is no address we could write to.
    """
    if actor.role != Role.CUSTOMER or actor.person_id is None:
        raise NotAllowed("Sign in first.")
    _mail_link(session, address, LinkPurpose.ADD_ADDRESS, actor.person_id, language, now)


def look_at_link(session: Session, token: str, *, now: datetime) -> LinkState | None:
    """What the link is, for the page with the button; None where we never made it."""
    link = _find(session, token)
    if link is None:
        return None
    return LinkState(link.purpose, link.address, link.used_at is None and link.expires_at > now)


def sign_in_by_link(
    session: Session, token: str, *, language: str = "", time_zone: str = "", now: datetime
) -> Person:
    """Use up the link; returns who it signs in, a new customer where the address is new.

    Who reads ``ann+shop@…`` reads ``ann@…``: they are one, as they are for a mail that comes in.

    :param language, time_zone: what their browser says; kept where we did not know, for mails.
    :raises NotFound: it is not ours, was used, or has run out.
    :raises NotAllowed: the address is a colleague's, who sign in with their password.
    """
    link = use_link(session, token, LinkPurpose.SIGN_IN, now)
    person = reader_of(session, link.address) or person_for(session, link.address, "", now)
    if person.role in STAFF_ROLES:
        raise NotAllowed(mark("This is the address of a colleague: sign in at the desk instead."))
    if not person.active:
        raise NotFound("This link does not work (any more).")
    person.language = person.language or (language and known_language(language))
    if not person.time_zone and str(zone_named(time_zone)) == time_zone:
        person.time_zone = time_zone
    session.refresh(person, ["addresses"])  # for showing who signed in, after the transaction
    return person


def add_address_by_link(session: Session, actor: Actor, token: str, *, now: datetime) -> None:
    """Use up the link, and add its address to the actor's own.

    Only in the hands of who asked for it: else one could have a stranger's address by getting
    the stranger to press a button in their own mail.

    :raises NotFound: it is not ours, was used, has run out, or was somebody else's wish.
    :raises NotAllowed: the address belongs to somebody whom it cannot be taken from.
    """
    link = use_link(session, token, LinkPurpose.ADD_ADDRESS, now)
    if link.person_id is None or link.person_id != actor.person_id:
        raise NotFound("This link does not work (any more).")
    give_address(session, link.address, session.get_one(Person, link.person_id), now)


def send_link_anew(session: Session, token: str, *, language: str = "", now: datetime) -> None:
    """Mail a fresh link to where this one went. Nothing comes back, whatever the token was."""
    link = _find(session, token)
    if link is not None and link.purpose != LinkPurpose.SET_PASSWORD:
        _mail_link(session, link.address, link.purpose, link.person_id, language, now)


def _mail_link(
    session: Session,
    address: str,
    purpose: LinkPurpose,
    person_id: int | None,
    language: str,
    now: datetime,
) -> None:
    address = strict_address(fold_address(address), field="email")
    if may_be_mailed(session, address):
        token = make_link(session, address, purpose, person_id, now)
        if token is not None:
            put_link_into_outbox(session, address, purpose, token, language, now)


def make_link(
    session: Session, address: str, purpose: LinkPurpose, person_id: int | None, now: datetime
) -> str | None:
    """Make a link to an address; returns its token, or None where there were too many of late.

    :param address: folded, and strictly one.
    """
    session.execute(delete(MailedLink).where(MailedLink.made_at < now - KEPT_FOR))
    if _budget_spent(session, address, purpose, now):
        return None
    token = secrets.token_urlsafe(32)
    session.add(
        MailedLink(
            token_hash=hash_of_token(token),
            purpose=purpose,
            address=address,
            person_id=person_id,
            made_at=now,
            expires_at=now + GOOD_FOR,
        )
    )
    return token


def put_link_into_outbox(
    session: Session, address: str, purpose: LinkPurpose, token: str, language: str, now: datetime
) -> None:
    """Mail a link that was made; its clear text leaves the outbox with the mail."""
    kind = _KINDS[purpose]
    minutes = int(GOOD_FOR.total_seconds() // 60)
    mail = unthreaded_mail(
        session,
        first_mailbox(session),
        Recipient(address),
        template=kind.template,
        subject=kind.subject,
        values={"path": LINK_PATHS[purpose] + token, "minutes": minutes, "language": language},
    )
    outbox.put(session, mail, now=now)


def _budget_spent(session: Session, address: str, purpose: LinkPurpose, now: datetime) -> bool:
    # Each purpose by itself: nobody keeps a colleague from a new password with customers' links.
    # And whatever tag is behind the plus: all of them fill one inbox.
    base = split_tag(address)[0]
    local, _, domain = base.rpartition("@")
    tagged = MailedLink.address.startswith(f"{local}+", autoescape=True)
    of_domain = MailedLink.address.endswith(f"@{domain}", autoescape=True)
    found = session.execute(
        select(MailedLink.address, MailedLink.made_at).where(
            MailedLink.address.in_((address, base)) | (tagged & of_domain),
            MailedLink.purpose == purpose,
            MailedLink.made_at > now - timedelta(days=1),
        )
    ).all()
    made = [at for other, at in found if other == address or is_same_mailbox(other, address)]
    return len(made) >= MOST_PER_DAY or (
        sum(at > now - timedelta(hours=1) for at in made) >= MOST_PER_HOUR
    )


def use_link(session: Session, token: str, purpose: LinkPurpose, now: datetime) -> MailedLink:
    """The link, used up: of two who press the button at once one comes too late.

    :raises NotFound: it is not ours, was used, or has run out.
    """
    used = session.execute(
        update(MailedLink)
        .where(
            MailedLink.token_hash == hash_of_token(token),
            MailedLink.purpose == purpose,
            MailedLink.used_at.is_(None),
            MailedLink.expires_at > now,
        )
        .values(used_at=now)
        .execution_options(synchronize_session=False)
    )
    assert isinstance(used, CursorResult)
    link = _find(session, token)
    if used.rowcount != 1 or link is None:
        raise NotFound("This link does not work (any more).")
    return link


def _find(session: Session, token: str) -> MailedLink | None:
    return session.scalar(select(MailedLink).where(MailedLink.token_hash == hash_of_token(token)))

"""Block a sender: what they write goes to spam, and nothing goes to them. And take that back."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk import validation
from helpdesk.actions.change_folder import change_folder
from helpdesk.actor import Actor
from helpdesk.errors import InvalidInput, NotFound
from helpdesk.mail_out.surveys import take_back_surveys_of
from helpdesk.models import IS_STAFF, BlockedSender, Person, PersonAddress
from helpdesk.public_providers import is_public
from helpdesk.tickets.access import (
    TicketRef,
    check_decides_about_mail,
    known_id,
    open_ticket_for_change,
)
from helpdesk.tickets.mailboxes import is_ours
from helpdesk.vocabulary import Folder

_STAFF_ONLY = "Only staff decide whose mail goes to spam."


def block_sender(session: Session, actor: Actor, address: str, *, now: datetime) -> BlockedSender:
    """Have what this address sends, or all of a domain (``@mail.example``), go to spam.

    A rule that stands already is returned as it is. Tickets that are there stay where they are;
    surveys that have not left will not.

    :raises NotAllowed:
    :raises InvalidInput: that is neither an address nor a domain; or our own, a colleague's, or the
        domain of a provider that everybody may have an address of.
    """
    check_decides_about_mail(actor, _STAFF_ONLY)
    folded = validation.sender_rule(address)
    is_domain = folded.startswith("@")
    if is_domain and is_public(folded[1:]):
        raise InvalidInput(
            "address", f"Everybody may have an address {folded}: block the single address."
        )
    if _is_one_of_us(session, folded):
        raise InvalidInput("address", "That is a colleague's address, or one of our own.")
    found = session.scalar(select(BlockedSender).where(BlockedSender.address == folded))
    if found is None:
        found = BlockedSender(address=folded, added_by_id=actor.person_id, added_at=now)
        session.add(found)
        session.flush()
        take_back_surveys_of(session, folded, now)
    return found


def block_requester(
    session: Session, actor: Actor, ticket: TicketRef, *, whole_domain: bool, now: datetime
) -> BlockedSender:
    """Block who wrote a ticket, or all of their domain; the ticket goes to spam.

    :raises NotFound, NotAllowed, TicketMerged:
    :raises InvalidInput: as :func:`block_sender` and :func:`change_folder`.
    """
    ticket = open_ticket_for_change(session, actor, ticket, staff_only=_STAFF_ONLY)
    address = ticket.requester.address
    rule = block_sender(
        session, actor, "@" + address.rpartition("@")[2] if whole_domain else address, now=now
    )
    change_folder(session, actor, ticket, Folder.SPAM, now=now, reason="the sender is blocked")
    return rule


def unblock_sender(session: Session, actor: Actor, rule_id: int) -> str:
    """Remove a rule; returns the address that it was for.

    :raises NotAllowed, NotFound:
    """
    check_decides_about_mail(actor, _STAFF_ONLY)
    rule = session.get(BlockedSender, known_id(rule_id))
    if rule is None or not (actor.sees_all or rule.added_by_id == actor.person_id):
        raise NotFound("There is no such rule.")
    session.delete(rule)
    session.flush()
    return rule.address


def _is_one_of_us(session: Session, folded: str) -> bool:
    staff = select(PersonAddress.address).join(Person, Person.id == PersonAddress.person_id)
    addresses = session.scalars(staff.where(IS_STAFF)).all()
    if folded.startswith("@"):
        ends = (folded, "." + folded[1:])  # subdomains are blocked with it
        return any(address.endswith(ends) for address in addresses)
    return folded in addresses or is_ours(session, folded)

"""Always accept mail from a sender, and take that back."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk import validation
from helpdesk.actor import Actor
from helpdesk.errors import NotFound
from helpdesk.models import TrustedSender
from helpdesk.tickets.access import check_decides_about_mail, known_id

_STAFF_ONLY = "Only staff decide whose mail is accepted."


def trust_sender(session: Session, actor: Actor, address: str, *, now: datetime) -> TrustedSender:
    """Hold no more mail from this address, or from all of a domain (``@mail.example``).

    A rule that stands already is returned as it is.

    :raises NotAllowed:
    :raises InvalidInput: that is neither an address nor a domain.
    """
    check_decides_about_mail(actor, _STAFF_ONLY)
    folded = validation.sender_rule(address)
    found = session.scalar(select(TrustedSender).where(TrustedSender.address == folded))
    if found is None:
        found = TrustedSender(address=folded, added_by_id=actor.person_id, added_at=now)
        session.add(found)
        session.flush()
    return found


def distrust_sender(session: Session, actor: Actor, rule_id: int) -> str:
    """Remove a rule; returns the address that it was for.

    :raises NotAllowed, NotFound:
    """
    check_decides_about_mail(actor, _STAFF_ONLY)
    rule = session.get(TrustedSender, known_id(rule_id))
    if rule is None or not (actor.sees_all or rule.added_by_id == actor.person_id):
        raise NotFound("There is no such rule.")
    session.delete(rule)
    return rule.address

"""“Always accept from …”: whose mail is never held."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.mail_in.incoming import Incoming
from helpdesk.models import TrustedSender
from helpdesk.text import fold_address


def trusted_as(session: Session, address: str) -> str:
    """The rule that this sender's mail is accepted by: their address, or ``@`` and its domain.

    Empty where there is none. Whether they are who they say is another matter: mail that fails its
    check still has no right to join a ticket.
    """
    folded = fold_address(address)
    names = [folded, "@" + folded.rpartition("@")[2]]
    rules = session.scalars(
        select(TrustedSender.address).where(TrustedSender.address.in_(names))
    ).all()
    return next((name for name in names if name in rules), "")


def less_reason_to_hold(session: Session, mail: Incoming) -> Incoming:
    """The same mail, with no reason to be held where its sender is always accepted."""
    if not mail.hold_reason or mail.sender is None:
        return mail
    rule = trusted_as(session, mail.sender.address)
    return replace(mail, hold_reason="", trusted_as=rule) if rule else mail

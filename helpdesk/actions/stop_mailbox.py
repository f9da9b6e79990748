"""Pause a mailbox, resume it, or remove it. Admins only; each is logged."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from helpdesk.actions.edit_mailbox import log_change, mailbox_to_change
from helpdesk.actions.grant_mailbox import forget_grant
from helpdesk.actions.set_relay import forget_relay
from helpdesk.actor import Actor
from helpdesk.errors import InvalidInput
from helpdesk.models import AuditKind, Mailbox, Ticket
from helpdesk.tickets import audit
from helpdesk.tickets.mailboxes import all_mailboxes, forget_mailboxes
from helpdesk.vocabulary import UNFINISHED


def pause_mailbox(session: Session, actor: Actor, address: str, *, now: datetime) -> Mailbox:
    """Have mail to the mailbox put off (450) until it is resumed. What was taken is still filed.

    :raises NotAllowed, NotFound:
    """
    return _set_paused(session, actor, address, True, now)


def resume_mailbox(session: Session, actor: Actor, address: str, *, now: datetime) -> Mailbox:
    """Take mail to the mailbox again.

    :raises NotAllowed, NotFound:
    """
    return _set_paused(session, actor, address, False, now)


def remove_mailbox(session: Session, actor: Actor, address: str, *, now: datetime) -> Mailbox:
    """Take no mail for the mailbox any more, but answers to its tickets.

    Its tickets stay. What is written on them leaves from the first mailbox that there is. Adding
    its address again brings it back, but not who had signed in for it.

    :raises NotAllowed, NotFound:
    :raises InvalidInput: it is the only one.
    """
    mailbox = mailbox_to_change(session, actor, address)
    if len(all_mailboxes(session)) == 1:
        raise InvalidInput(
            "address",
            f"{mailbox.address} is the only mailbox: mail could not leave any more. Add another "
            "one first.",
        )
    forget_relay(session, actor, mailbox, now=now)
    forget_grant(session, actor, mailbox.id, now=now)
    mailbox.removed_at, mailbox.paused = now, False
    audit.record(
        session, actor, AuditKind.MAILBOX, mailbox.address, "mailbox", old=mailbox.name, now=now
    )
    forget_mailboxes(session)
    return mailbox


def unfinished_in(session: Session, mailbox: Mailbox) -> int:
    """How many tickets of a mailbox are neither resolved nor closed."""
    mine = (Ticket.mailbox_id == mailbox.id, Ticket.status.in_(UNFINISHED))
    return session.scalar(select(func.count()).select_from(Ticket).where(*mine)) or 0


def _set_paused(
    session: Session, actor: Actor, address: str, paused: bool, now: datetime
) -> Mailbox:
    mailbox = mailbox_to_change(session, actor, address)
    log_change(session, actor, mailbox, "paused", paused, now)
    return mailbox

"""The canary: a mail to ourselves, out by the relay and in by the MX; and the time it takes."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from helpdesk.db import keys_of, secret_of
from helpdesk.mail_out import outbox
from helpdesk.mail_out.canary import canary_name, read_canary
from helpdesk.mail_out.outgoing import Recipient, unthreaded_mail
from helpdesk.mail_out.templates import TemplateName
from helpdesk.models import Canary
from helpdesk.tickets.mailboxes import mailbox_taking

KEPT = timedelta(days=30)
CANARY_BACK = "A canary of ours came back."
"""Why its mail is set aside."""


def send_canary(session: Session, address: str, *, every: timedelta, now: datetime) -> bool:
    """Send one, unless the last was sent less than ``every`` ago, or its mailbox is paused.

    :param address: the mailbox that it is to come back to.
    :returns: whether one was sent.
    :raises LookupError: that is no mailbox of ours.
    """
    mailbox = mailbox_taking(session, address)
    if mailbox is None:
        raise LookupError(f"POSTDESK_CANARY: {address} is no mailbox")
    last = session.scalar(select(Canary.sent_at).order_by(Canary.sent_at.desc()).limit(1))
    if mailbox.paused or (last is not None and last > now - every):
        return False
    session.execute(delete(Canary).where(Canary.sent_at < now - KEPT))
    canary = Canary(mailbox_id=mailbox.id, sent_at=now)
    session.add(canary)
    session.flush()
    mail = unthreaded_mail(
        session,
        mailbox,
        Recipient(address),
        template=TemplateName.CANARY,
        subject="Canary",
        values={"name": canary_name(secret_of(session), canary.id)},
    )
    outbox.put(session, mail, now=now)
    return True


def canary_returned(session: Session, subject: str, received_at: datetime) -> bool:
    """Whether this subject names a canary of ours; the first time, its time is taken."""
    canary_id = read_canary(keys_of(session), subject)
    if canary_id is None:
        return False
    session.execute(
        update(Canary)
        .where(Canary.id == canary_id, Canary.returned_at.is_(None))
        .values(returned_at=received_at)
        .execution_options(synchronize_session=False)
    )
    return True

"""The ledger's row of a mail: where it went, and the decision with its reasons."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from helpdesk.db import insert_row
from helpdesk.mail_in.held_content import held_reading
from helpdesk.mail_in.incoming import Arrival, Incoming
from helpdesk.models import Comment, InboundMail, InboundState, Ticket
from helpdesk.text import clean_line, fold_address
from helpdesk.tickets.mailboxes import mailbox_of
from helpdesk.vocabulary import MessageKind


@dataclass(frozen=True)
class Filed:
    """What became of a mail, and where it is."""

    state: InboundState
    reason: str = ""
    ticket_id: int | None = None
    ticket_number: str = ""
    is_new_ticket: bool = False


def set_aside(
    session: Session, mail: Incoming, reason: str, now: datetime, *, counts: bool = True
) -> Filed:
    """Record a mail that stands on no ticket, and why."""
    record_mail(
        session,
        mail.arrival,
        mail,
        state=InboundState.SET_ASIDE,
        reason=reason,
        counts=counts,
        now=now,
    )
    return Filed(InboundState.SET_ASIDE, reason)


def record_mail(
    session: Session,
    arrival: Arrival,
    mail: Incoming | None,
    *,
    state: InboundState,
    now: datetime,
    reason: str = "",
    decision: dict[str, Any] | None = None,
    ticket: Ticket | None = None,
    comment: Comment | None = None,
    counts: bool = True,
) -> None:
    """Write the ledger's row of this mail.

    :param mail: what could be read of it, if anything.
    :param counts: whether it counts as a mail to its mailbox; one of our own says nothing of how
        quiet that is.
    """
    mailbox = mailbox_of(session, arrival.envelope_to) if counts else None
    decision = decision or {"outcome": state, "why": reason}
    if mail is not None and mail.authentication is not None:
        decision = {**decision, "authentication": dict(mail.authentication)}
    if arrival.released_by:
        decision = {**decision, "released_by": arrival.released_by}
    if arrival.imported:
        decision = {**decision, "imported": True}
    if mail is not None and mail.trusted_as:
        decision = {**decision, "trusted_as": mail.trusted_as}
    row = {
        "spool_name": arrival.spool_name,
        "state": state,
        "reason": reason,
        "raw_sha256": arrival.raw_sha256,
        "size": arrival.size,
        "same_key": arrival.same_key,
        "envelope_from": arrival.envelope_from,
        "envelope_to": list(arrival.envelope_to),
        "peer": arrival.peer,
        "received_at": arrival.received_at,
        "subject": clean_line(mail.subject) if mail else "",
        "from_address": fold_address(mail.sender.address) if mail and mail.sender else "",
        "message_id": mail.message_id if mail else None,
        "kind": mail.kind if mail else MessageKind.MESSAGE,
        "defects": list(mail.defects) if mail else [],
        "decision": decision,
        "reading": held_reading(mail) if mail and state == InboundState.HELD else None,
        "mailbox_id": mailbox.id if mailbox else None,
        "ticket_id": ticket.id if ticket else None,
        "comment_id": comment.id if comment else None,
        "decided_at": now,
    }
    if arrival.released_by:
        session.execute(
            update(InboundMail)
            .where(InboundMail.spool_name == arrival.spool_name)
            .values(row)
            .execution_options(synchronize_session=False)
        )
    else:
        insert_row(session, InboundMail, **row)

"""The ledger's row of a mail: where it went, and the decision with its reasons."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from helpdesk.mail_in.held_reading import held_reading
from helpdesk.mail_in.incoming import Arrival, Incoming
from helpdesk.models import Comment, InboundMail, InboundState, Ticket
from helpdesk.rows import insert_row
from helpdesk.text import clean_line, fold_address
from helpdesk.tickets.mailboxes import mailbox_of
from helpdesk.tickets.stored_parts import note_stored_parts
from helpdesk.vocabulary import MessageKind


@dataclass(frozen=True)
class MailOutcome:
    """What became of a mail: ``filed``, ``held`` or ``set_aside``, and where."""

    state: InboundState
    reason: str = ""
    ticket_id: int | None = None
    ticket_number: str = ""
    is_new_ticket: bool = False


@dataclass(frozen=True)
class LedgerEntry:
    """What the ledger says of a mail, beside how it came and what it says."""

    state: InboundState
    reason: str = ""
    decision: Mapping[str, Any] | None = None
    ticket: Ticket | None = None
    comment: Comment | None = None
    counts: bool = True
    """Whether it counts as a mail to its mailbox; one of our own says nothing of how quiet that
    is."""


def record_discarded(
    session: Session, mail: Incoming, reason: str, now: datetime, *, counts: bool = True
) -> MailOutcome:
    """Record a mail that stands on no ticket, and why."""
    entry = LedgerEntry(InboundState.SET_ASIDE, reason, counts=counts)
    record_mail(session, mail.arrival, mail, entry, now)
    return MailOutcome(InboundState.SET_ASIDE, reason)


def record_filed(
    session: Session,
    mail: Incoming,
    ticket: Ticket,
    comment: Comment,
    decision: Mapping[str, Any],
    now: datetime,
) -> MailOutcome:
    """Record a mail that stands on a ticket now, and why there."""
    entry = LedgerEntry(InboundState.FILED, decision=decision, ticket=ticket, comment=comment)
    record_mail(session, mail.arrival, mail, entry, now)
    is_new = decision["outcome"] == "new"
    return MailOutcome(InboundState.FILED, "", ticket.id, ticket.number, is_new_ticket=is_new)


def record_mail(
    session: Session, arrival: Arrival, mail: Incoming | None, entry: LedgerEntry, now: datetime
) -> None:
    """Write the ledger's row of this mail.

    :param mail: what could be read of it, if anything.
    """
    mailbox = mailbox_of(session, arrival.envelope_to) if entry.counts else None
    row = {
        "spool_name": arrival.spool_name,
        "state": entry.state,
        "reason": entry.reason,
        "raw_sha256": arrival.raw_sha256,
        "size": arrival.size,
        "same_key": arrival.same_key,
        "envelope_from": arrival.envelope_from,
        "envelope_to": list(arrival.envelope_to),
        "peer": arrival.peer,
        "received_at": arrival.received_at,
        **_said(mail),
        "decision": _decision(arrival, mail, entry),
        "reading": held_reading(mail) if mail and entry.state == InboundState.HELD else None,
        "mailbox_id": mailbox.id if mailbox else None,
        "ticket_id": entry.ticket.id if entry.ticket else None,
        "comment_id": entry.comment.id if entry.comment else None,
        "decided_at": now,
    }
    if not arrival.released_by:
        insert_row(session, InboundMail, gateway_id=arrival.gateway_id, **row)
        if arrival.stored_by:
            note_stored_parts(session, arrival.raw_sha256, arrival.stored_by)
        return
    session.execute(
        update(InboundMail)
        .where(InboundMail.spool_name == arrival.spool_name)
        .values(row)
        .execution_options(synchronize_session=False)
    )


def _said(mail: Incoming | None) -> dict[str, Any]:
    """What the mail itself says, as far as it could be read."""
    return {
        "subject": clean_line(mail.subject) if mail else "",
        "from_address": fold_address(mail.sender.address) if mail and mail.sender else "",
        "message_id": mail.message_id if mail else None,
        "kind": mail.kind if mail else MessageKind.MESSAGE,
        "defects": list(mail.defects) if mail else [],
    }


def _decision(arrival: Arrival, mail: Incoming | None, entry: LedgerEntry) -> dict[str, Any]:
    decision = dict(entry.decision or {"outcome": entry.state, "why": entry.reason})
    if mail is not None and mail.authentication is not None:
        decision["authentication"] = dict(mail.authentication)
    if arrival.released_by:
        decision["released_by"] = arrival.released_by
    if arrival.imported:
        decision["imported"] = True
    if mail is not None and mail.trusted_as:
        decision["trusted_as"] = mail.trusted_as
    return decision

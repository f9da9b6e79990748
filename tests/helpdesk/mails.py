"""Mails as the actions take them, and short ways to ask what became of them."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import select

from helpdesk import links
from helpdesk.actions.receive_mail import receive_mail
from helpdesk.db import Database
from helpdesk.mail_in.incoming import Arrival, Incoming, NamedAddress
from helpdesk.mail_in.ledger_row import MailOutcome
from helpdesk.models import (
    Change,
    Comment,
    InboundMail,
    OutboundMail,
    Participant,
    Ticket,
)
from helpdesk.tickets.content import Body
from tests.conftest import SECRET
from tests.support.factories import NOW

_numbers = itertools.count(1)

SUPPORT = "support@shop.example"


def mail(
    sender: str | None = "ann@mail.example",
    subject: str = "My kettle leaks",
    text: str = "It leaks.",
    *,
    to: Sequence[str] = (SUPPORT,),
    cc: Sequence[str] = (),
    rcpt: Sequence[str] | None = None,
    same_key: str | None = None,
    has_identity: bool = True,
    spool_name: str | None = None,
    envelope_from: str | None = None,
    received_at: datetime = NOW,
    **changed: Any,
) -> Incoming:
    """A mail from a customer, with a Message-ID of its own, unless changed."""
    number = next(_numbers)
    raw = f"{number}".encode()
    given: dict[str, Any] = {
        "reply_to": (),
        "message_id": f"m{number}@mail.example",
        "in_reply_to": (),
        "references": (),
        "kind": "message",
        "files": (),
        "defects": (),
        "verdict": "unknown",
        **changed,
    }
    return Incoming(
        arrival=Arrival(
            spool_name=spool_name or f"spooled-{number}",
            raw_sha256=sha256(raw).hexdigest(),
            size=len(raw),
            same_key=same_key or f"key-{number}",
            has_identity=has_identity,
            envelope_from=(sender or "") if envelope_from is None else envelope_from,
            envelope_to=tuple(to if rcpt is None else rcpt),
            peer="127.0.0.1",
            received_at=received_at,
        ),
        subject=subject,
        sender=NamedAddress("", sender) if sender else None,
        from_field=NamedAddress("", sender) if sender else None,
        to=tuple(NamedAddress("", address) for address in to),
        cc=tuple(NamedAddress("", address) for address in cc),
        body=Body(text, text),
        **given,
    )


def receive(database: Database, incoming: Incoming, now: datetime = NOW) -> MailOutcome:
    with database.transaction() as session:
        return receive_mail(session, incoming, now=now)


def ticket_of(database: Database, filed: MailOutcome) -> Ticket:
    with database.reading() as session:
        return session.get_one(Ticket, filed.ticket_id)


def comments_of(database: Database, ticket_id: int | None) -> list[Comment]:
    with database.reading() as session:
        return list(
            session.scalars(
                select(Comment).where(Comment.ticket_id == ticket_id).order_by(Comment.id)
            )
        )


def history_of(database: Database, ticket_id: int | None) -> list[Change]:
    with database.reading() as session:
        return list(
            session.scalars(select(Change).where(Change.ticket_id == ticket_id).order_by(Change.id))
        )


def steps_of(database: Database, ticket_id: int | None) -> list[str]:
    """The statuses that a ticket went through."""
    return [c.new_value for c in history_of(database, ticket_id) if c.field == "status"]


def participants_of(database: Database, ticket_id: int | None) -> dict[int, bool]:
    """Who is on a ticket, and whether they are still pending."""
    with database.reading() as session:
        rows = session.scalars(select(Participant).where(Participant.ticket_id == ticket_id))
        return {row.person_id: row.pending for row in rows}


def outbox(database: Database, template: str | None = None) -> list[OutboundMail]:
    """What was put into the outbox, oldest first."""
    with database.reading() as session:
        mails = session.scalars(select(OutboundMail).order_by(OutboundMail.id)).all()
    return [mail for mail in mails if template in (None, mail.template)]


def recorded(database: Database) -> list[InboundMail]:
    with database.reading() as session:
        return list(session.scalars(select(InboundMail).order_by(InboundMail.id)))


def reply_address(database: Database, ticket: Ticket, person: Any) -> str:
    token = links.reply_token(SECRET, ticket.id, person.id, ticket.link_generation)
    return f"support+{token}@shop.example"


def now_of(database: Database, ticket: Ticket) -> Ticket:
    with database.reading() as session:
        return session.get_one(Ticket, ticket.id)

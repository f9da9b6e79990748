"""What the outbox's tests start from: a mailbox, a ticket, and mails put in."""

from __future__ import annotations

import itertools
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from helpdesk.mail_out import outbox
from helpdesk.models import Mailbox, OutboundMail, Person, Ticket

_count = itertools.count(1)

VALUES: dict[str, dict[str, Any]] = {
    "ticket_created_customer": {"verified": True},
    "comment_added_customer": {"text": "Your parcel is on its way.", "author_name": "Mia"},
    "sign_in_link": {"path": "/my/in/s3cret", "minutes": 30},
}


def add_ticket(session: Session, now: datetime, **changed: Any) -> Ticket:
    """A ticket in a mailbox of its own kind: "Parcel late" of Ann, unless changed."""
    n = next(_count)
    mailbox = Mailbox(
        address=f"support{n}@shop.example",
        name="The Shop",
        signature="The Shop team",
        created_at=now,
    )
    person = Person(name="Ann Lee", created_at=now)
    session.add_all([mailbox, person])
    session.flush()
    values: dict[str, Any] = {
        "number": f"TKT20261123{n:03}",
        "subject": "Parcel late",
        "mailbox_id": mailbox.id,
        "requester_id": person.id,
        "waiting_since": now,
        "created_at": now,
        "updated_at": now,
    }
    ticket = Ticket(**{**values, **changed})
    session.add(ticket)
    session.flush()
    return ticket


def put_mail(session: Session, now: datetime, ticket: Ticket | None = None, **changed: Any) -> int:
    """Put one mail in, an answer to ann@example.org unless changed. Returns its id."""
    template = changed.setdefault("template", "comment_added_customer")
    given: dict[str, Any] = {
        "values": dict(VALUES[template]),
        "recipient": "ann@example.org",
        "recipient_name": "Ann Lee",
        "person_id": None,
        "ticket_id": ticket.id if ticket else None,
        "comment_id": None,
        "mailbox_id": ticket.mailbox_id if ticket else None,
        "subject": f"Re: [{ticket.number}] Parcel late" if ticket else "Hello",
        "message_id": f"m{next(_count)}@shop.example",
        "in_reply_to": "",
        "references": [],
        "reply_to": "",
        "queue": "answers",
        "now": now,
    }
    mail: OutboundMail = outbox.put(session, **{**given, **changed})
    session.flush()
    return mail.id

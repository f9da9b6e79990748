"""What the outbox's tests start from: a mailbox, a ticket, and mails put in."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from helpdesk.actor import Actor
from helpdesk.db import Database
from helpdesk.mail_out import claims, outbox
from helpdesk.mail_out.claims import Attempt, ClaimedMail
from helpdesk.mail_out.outgoing import OutgoingMail, Recipient
from helpdesk.mail_out.templates import TemplateName
from helpdesk.models import Comment, Mailbox, OutboundMail, Person, Ticket

_count = itertools.count(1)

VALUES: dict[str, dict[str, Any]] = {
    TemplateName.TICKET_CREATED_CUSTOMER: {"verified": True},
    TemplateName.COMMENT_ADDED_CUSTOMER: {
        "text": "Your parcel is on its way.",
        "author_name": "Mia",
    },
    TemplateName.SIGN_IN_LINK: {"path": "/my/in/s3cret", "minutes": 30},
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


def put_mail(
    session: Session,
    now: datetime,
    ticket: Ticket | None = None,
    *,
    template: str = TemplateName.COMMENT_ADDED_CUSTOMER,
    recipient: str = "ann@example.org",
    not_before: datetime | None = None,
    **changed: Any,
) -> int:
    """Put one mail in, an answer to ann@example.org unless changed. Returns its id."""
    given: dict[str, Any] = {
        "template": TemplateName(template),
        "values": dict(VALUES[template]),
        "recipient": Recipient(recipient, "Ann Lee"),
        "subject": f"Re: [{ticket.number}] Parcel late" if ticket else "Hello",
        "message_id": f"m{next(_count)}@shop.example",
        "mailbox_id": ticket.mailbox_id if ticket else None,
        "ticket_id": ticket.id if ticket else None,
    }
    mail = outbox.put(session, OutgoingMail(**{**given, **changed}), now=now, not_before=not_before)
    session.flush()
    return mail.id


NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


SECOND = timedelta(seconds=1)


SAID = Attempt(relay="smtp://relay:25", tls=True, code=250, text="queued as 7")


def claim(
    database: Database, worker: str = "one", now: datetime = NOW, **more: Any
) -> list[ClaimedMail]:
    with database.transaction() as session:
        return claims.claim(session, worker=worker, queue="answers", now=now, **more)


def put(database: Database, count: int = 1, **changed: Any) -> list[int]:
    with database.transaction() as session:
        return [put_mail(session, changed.pop("now", NOW), **changed) for _ in range(count)]


def state(database: Database, mail_id: int) -> str:
    with database.reading() as session:
        mail = session.get(OutboundMail, mail_id)
        assert mail is not None
        return mail.state


def attempts(database: Database, mail_id: int) -> list[tuple[str, str, int | None, str]]:
    with database.reading() as session:
        mail = session.get(OutboundMail, mail_id)
        assert mail is not None
        return [(a.outcome, a.relay, a.code, a.text) for a in mail.attempts]


SAM = Actor(None, "agent")


def put_answers(session: Session, *recipients: str) -> list[int]:
    """An answer on a new ticket, with a mail to each; their ids."""
    ticket = add_ticket(session, NOW, status="waiting")
    comment = Comment(
        ticket_id=ticket.id,
        from_staff=True,
        source="web",
        text="Your parcel is on its way.",
        reply_text="Your parcel is on its way.",
        created_at=NOW,
    )
    session.add(comment)
    session.flush()
    return [
        put_mail(session, NOW, ticket, comment_id=comment.id, recipient=recipient)
        for recipient in recipients
    ]


def finish(session: Session, outcomes: dict[int, str]) -> None:
    """Claim all, and note what came of each."""
    marks = {"sent": claims.mark_sent, "failed": claims.mark_failed}
    for mail in claims.claim(session, worker="w", queue="answers", now=NOW):
        words = Attempt("smtp://relay", True, 550, "5.1.1 no such user")
        marks[outcomes[mail.id]](session, mail, "w", now=NOW, attempt=words)

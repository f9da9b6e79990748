"""An answer that did not arrive: its author hears of it, and nobody waits for an answer to it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.actions.report_undelivered import report_undelivered
from helpdesk.db import Database
from helpdesk.mail_out import claims, outbox
from helpdesk.mail_out.claims import Attempt
from helpdesk.models import Change, Comment, OutboundMail, Person, PersonAddress, Ticket
from tests.helpdesk.outbox_rows import add_ticket, put_mail

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def answered(session: Session, *, role: str = "agent", status: str = "waiting") -> int:
    """A ticket with an answer by Mia that has left; the id of its mail."""
    ticket = add_ticket(session, NOW, status=status)
    mia = Person(name="Mia", role=role, created_at=NOW)
    mia.addresses.append(PersonAddress(address=f"mia{ticket.id}@shop.example", created_at=NOW))
    session.add(mia)
    session.flush()
    comment = Comment(
        ticket_id=ticket.id,
        author_id=mia.id,
        from_staff=True,
        source="web",
        text="It is on its way.",
        reply_text="It is on its way.",
        created_at=NOW,
    )
    session.add(comment)
    session.flush()
    mail_id = put_mail(session, NOW, ticket, comment_id=comment.id)
    [mail] = claims.claim(session, worker="w", queue="answers", now=NOW)
    claims.mark_sent(session, mail, "w", now=NOW, attempt=Attempt())
    return mail_id


@pytest.mark.parametrize("outcome", ["failed", "bounced"])
@pytest.mark.parametrize(
    ("status", "after"), [("waiting", "in_progress"), ("resolved", "open"), ("open", "open")]
)
def test_the_author_is_told_and_the_ticket_is_work_again(
    database: Database, outcome: str, status: str, after: str
) -> None:
    with database.transaction() as session:
        mail_id = answered(session, status=status)
        notice = report_undelivered(session, mail_id, outcome, "550 no such user", now=NOW)
        assert notice is not None
        assert notice.recipient.startswith("mia")
        assert notice.values["recipient"] == "ann@example.org"
        assert (notice.values["outcome"], notice.values["words"]) == (outcome, "550 no such user")
    with database.reading() as session:
        ticket = session.scalars(select(Ticket)).one()
        assert ticket.status == after
        assert len(session.scalars(select(Change)).all()) == (after != status)
        mail = session.get(OutboundMail, mail_id)
        assert mail is not None
        assert mail.state == ("bounced" if outcome == "bounced" else "sent")


def test_what_is_uncertain_is_told_after_a_while_unless_a_person_acts_first(
    database: Database,
) -> None:
    with database.transaction() as session:
        mail_id = answered(session)
        notice = report_undelivered(session, mail_id, "uncertain", "", now=NOW)
        assert notice is not None
        assert notice.next_attempt_at == NOW + timedelta(minutes=10)
        assert session.scalars(select(Ticket)).one().status == "waiting"
        mail = session.get(OutboundMail, mail_id)
        assert mail is not None
        mail.state = "uncertain"
        session.flush()
        outbox.send_again(session, mail_id, now=NOW + timedelta(minutes=1))
        assert notice.state == "cancelled"


def test_nobody_is_told_of_mail_that_no_one_wrote_or_when_the_author_is_no_staff(
    database: Database,
) -> None:
    with database.transaction() as session:
        ticket = add_ticket(session, NOW)
        automatic = put_mail(session, NOW, ticket, template="ticket_created_customer")
        assert report_undelivered(session, automatic, "failed", "550", now=NOW) is None
        assert report_undelivered(session, 999, "failed", "550", now=NOW) is None
        session.delete(session.get(OutboundMail, automatic))
        mail_id = answered(session, role="customer")
        assert report_undelivered(session, mail_id, "failed", "550", now=NOW) is None

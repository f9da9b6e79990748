"""Reports on mails of ours: which mail they are about, what they change, and what they must not."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import update

from helpdesk.actions.reply import Answer, reply
from helpdesk.db import Database
from helpdesk.mail_out import bounce_address
from helpdesk.models import OutboundMail, Ticket
from tests.conftest import SECRET
from tests.helpdesk.mails import (
    SUPPORT,
    comments_of,
    mail,
    outbox,
    receive,
    recorded,
    steps_of,
    ticket_of,
)
from tests.support.factories import NOW, Shop, make_shop

ANSWER = "comment_added_customer"
NOTICE = "delivery_failed_staff"
WORDS = "550 5.1.1 no such user"


@pytest.fixture
def shop(database: Database) -> Shop:
    return make_shop(database)


@pytest.fixture
def ticket(database: Database, shop: Shop) -> Ticket:
    """Ann's, with an answer that has left."""
    filed = receive(database, mail())
    with database.transaction() as session:
        reply(session, shop.agent, filed.ticket_id or 0, Answer("Try a new seal."), now=NOW)
        session.execute(update(OutboundMail).values(state="sent", sent_at=NOW))
    return ticket_of(database, filed)


def report(database: Database, by: str, **changed: Any) -> Any:
    """A report on the answer, that says which mail it is about ``by`` one thing alone."""
    (sent,) = outbox(database, ANSWER)
    given: dict[str, Any] = {"kind": "bounce", "envelope_from": "", "bounce_words": WORDS}
    if by == "VERP":
        given["rcpt"] = [bounce_address.bounce_address(SECRET, SUPPORT, sent.id)]
    if by == "enclosed Message-ID":
        given["bounced_message_id"] = sent.message_id
    if by == "enclosed mark":
        given["bounced_mark"] = bounce_address.bounce_token(SECRET, sent.id)
    if by == "address":
        given["bounced_addresses"] = (sent.recipient.upper(),)
    return mail("mailer-daemon@else.example", **{**given, **changed})


@pytest.mark.parametrize("by", ["VERP", "enclosed Message-ID", "enclosed mark"])
def test_a_bounce_marks_the_answer_reopens_and_tells_its_author(
    database: Database, shop: Shop, ticket: Ticket, by: str
) -> None:
    filed = receive(database, report(database, by))
    assert filed.ticket_id == ticket.id
    assert outbox(database, ANSWER)[0].state == "bounced"
    assert ticket_of(database, filed).status == "in_progress"
    (notice,) = outbox(database, NOTICE)
    assert notice.recipient == "agent@shop.example"
    assert notice.values["words"] == WORDS
    comment = comments_of(database, ticket.id)[-1]
    assert (comment.kind, comment.internal, comment.author_id) == ("bounce", True, None)
    assert recorded(database)[-1].decision["rule"] == "delivery report"
    # Servers report more than once.
    receive(database, report(database, by))
    assert len(outbox(database, NOTICE)) == 1


@pytest.mark.parametrize("kind", ["delayed", "delivered"])
def test_other_reports_are_noted_and_change_nothing(
    database: Database, shop: Shop, ticket: Ticket, kind: str
) -> None:
    filed = receive(database, report(database, "VERP", kind=kind))
    assert outbox(database, ANSWER)[0].state == "sent"
    assert ticket_of(database, filed).status == "waiting"
    assert outbox(database, NOTICE) == []


def test_a_report_that_names_an_address_alone_is_shown_and_does_nothing(
    database: Database, shop: Shop, ticket: Ticket
) -> None:
    filed = receive(database, report(database, "address"))
    assert filed.ticket_id == ticket.id
    assert "nothing was marked" in comments_of(database, ticket.id)[-1].staff_annotation
    assert outbox(database, ANSWER)[0].state == "sent"
    assert ticket_of(database, filed).status == "waiting"
    assert receive(database, report(database, "address", bounced_addresses=("x@y.z",))).state == (
        "set_aside"
    )


def test_an_absence_note_to_the_bounce_address_stands_beside_what_it_answers(
    database: Database, shop: Shop, ticket: Ticket
) -> None:
    away = report(database, "VERP", kind="auto_reply", envelope_from="ann@mail.example")
    assert receive(database, away).ticket_id == ticket.id
    assert comments_of(database, ticket.id)[-1].kind == "auto_reply"
    assert steps_of(database, ticket.id) == ["open", "in_progress", "waiting"]


def test_an_absence_note_to_what_was_closed_long_ago_begins_nothing(
    database: Database, shop: Shop, ticket: Ticket
) -> None:
    with database.transaction() as session:
        closed = session.get_one(Ticket, ticket.id)
        closed.status, closed.closed_at = "closed", NOW.replace(year=NOW.year - 1)
    away = receive(database, mail(kind="auto_reply", subject=f"Re: [{ticket.number}]"))
    assert away.ticket_id == ticket.id
    assert ticket_of(database, away).status == "closed"


def test_what_everybody_knows_who_got_an_answer_proves_nothing(
    database: Database, shop: Shop, ticket: Ticket
) -> None:
    """Who was in copy of Ann's answer knows the Message-ID of the mail that she got."""
    (sent,) = outbox(database, ANSWER)
    named = report(database, "nothing", references=(sent.message_id,))
    failed = report(database, "enclosed Message-ID", verdict="fail")
    anns = mail(verdict="pass", cc=["eve@mail.example"], in_reply_to=(sent.message_id,))
    for forged in (named, failed, anns, report(database, "enclosed Message-ID")):
        assert receive(database, forged).ticket_id == ticket.id
        assert outbox(database, ANSWER)[0].state == "sent"
        assert outbox(database, NOTICE) == []
    told = [
        one.staff_annotation for one in comments_of(database, ticket.id) if one.kind == "bounce"
    ]
    assert len(told) == 3
    assert all("nothing was marked" in one for one in told)
    receive(database, report(database, "enclosed mark"))
    assert outbox(database, ANSWER)[0].state == "bounced"

"""Mail of the past: filed as of its own date, and nobody is told."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from helpdesk.actions.import_mail import import_mail, seen_before
from helpdesk.db import Database
from helpdesk.mail_in.ledger_row import MailOutcome
from tests.helpdesk.mails import SUPPORT, comments_of, mail, outbox, recorded, ticket_of
from tests.support.factories import NOW, Shop

THEN = NOW - timedelta(days=400)


def imported(database: Database, *args: Any, **changed: Any) -> MailOutcome:
    one = mail(*args, received_at=THEN, **changed)
    with database.transaction() as session:
        return import_mail(session, replace(one, arrival=replace(one.arrival, imported=True)))


def test_an_old_thread_stands_as_it_was_and_nothing_leaves(database: Database, shop: Shop) -> None:
    asked = imported(database, message_id="old@mail.example", verdict="pass")
    answered = imported(
        database, "agent@shop.example", text="Try a new seal.", in_reply_to=("old@mail.example",)
    )
    assert answered.ticket_id == asked.ticket_id
    question, answer = comments_of(database, asked.ticket_id)
    assert (question.from_staff, answer.from_staff, answer.internal) == (False, True, False)
    assert (answer.author_id, answer.created_at) == (shop.agent.person_id, THEN)
    ticket = ticket_of(database, asked)
    assert (ticket.status, ticket.created_at) == ("waiting", THEN)
    assert [row.decision["imported"] for row in recorded(database)] == [True, True]
    assert outbox(database) == []


def test_an_old_answer_of_a_mailbox_stands_where_it_answers_or_nowhere(
    database: Database, shop: Shop
) -> None:
    asked = imported(database, message_id="old@mail.example")
    assert imported(database, SUPPORT, in_reply_to=("old@mail.example",)).ticket_id == (
        asked.ticket_id
    )
    assert imported(database, SUPPORT, in_reply_to=("lost@mail.example",)).state == "set_aside"


def test_what_came_before_is_known_however_long_ago(database: Database, shop: Shop) -> None:
    imported(database, same_key="k")
    with database.reading() as session:
        assert seen_before(session, "k")
        assert not seen_before(session, "other")

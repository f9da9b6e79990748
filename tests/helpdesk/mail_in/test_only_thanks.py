"""A mail that only thanks opens no finished ticket again, and can be taken for more by hand."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from helpdesk.actions.change_ticket import change_status
from helpdesk.actions.set_desk import set_thanks_keep_finished
from helpdesk.actions.undo_change import undo_change
from helpdesk.actions.write_again import write_again
from helpdesk.actor import Actor
from helpdesk.db import Database
from helpdesk.models import Person, Ticket
from helpdesk.queries.history import history
from helpdesk.tickets.access import find_ticket
from helpdesk.tickets.content import StoredFile
from helpdesk.vocabulary import Role, Status
from tests.helpdesk.mails import comments_of, mail, receive, ticket_of
from tests.support.factories import NOW, Shop

LATER = NOW + timedelta(hours=1)


def begin(database: Database, shop: Shop, *statuses: str) -> str:
    first = receive(database, mail(verdict="pass"))
    for status in statuses:
        with database.transaction() as session:
            change_status(session, shop.agent, first.ticket_id, status, now=LATER)
    return str(first.ticket_number)


def answer(
    database: Database, number: str, left: tuple[str, ...] | None = (), **changed: Any
) -> Ticket:
    thanks = mail(
        subject=f"Re: [{number}]", text="Thanks!", left_of_thanks=left, verdict="pass", **changed
    )
    return ticket_of(database, receive(database, thanks, now=LATER))


@pytest.mark.parametrize("statuses", [("resolved",), ("resolved", "closed")])
@pytest.mark.parametrize("left", [(), ("ann", "a"), ("agent",), ("shop",)])
def test_what_only_thanks_is_filed_and_the_ticket_stays_finished(
    database: Database, shop: Shop, statuses: tuple[str, ...], left: tuple[str, ...]
) -> None:
    with database.transaction() as session:
        for person in (shop.agent, shop.admin):
            session.get_one(type(shop.ann), person.person_id).name = "Agent Smith"
    ticket = answer(database, begin(database, shop, *statuses), left)
    assert ticket.status == statuses[-1]
    assert len(comments_of(database, ticket.id)) == 2
    with database.transaction() as session:
        line = history(session, ticket.id)[-1]
        assert (line.field, line.can_be_undone) == ("thanks", True)
        undone = undo_change(session, shop.agent, ticket.id, line.id, now=LATER)
        assert undone.status == Status.OPEN
        assert not any(one.can_be_undone for one in history(session, ticket.id)[:-1])


@pytest.mark.parametrize(
    "changed",
    [
        {"left": None},
        {"left": ("broken",)},
        {"files": (StoredFile("a.pdf", "application/pdf", 1, "0" * 64),)},
    ],
)
def test_what_says_more_opens_it_again(
    database: Database, shop: Shop, changed: dict[str, Any]
) -> None:
    assert answer(database, begin(database, shop, "resolved"), **changed).status == "open"


def test_thanks_alone_are_an_answer_to_what_waits_for_one(database: Database, shop: Shop) -> None:
    number = begin(database, shop, "in_progress", "waiting")
    assert answer(database, number).status == "in_progress"


def test_an_admin_can_have_it_open_tickets_as_any_other_mail(
    database: Database, shop: Shop
) -> None:
    with database.transaction() as session:
        set_thanks_keep_finished(session, shop.admin, False, now=NOW)
    assert answer(database, begin(database, shop, "resolved")).status == "open"


@pytest.mark.parametrize("status", ["resolved", "closed"])
@pytest.mark.parametrize(
    ("text", "becomes"),
    [
        ("Thanks for the quick refund and your help", ""),
        ("Thank you, Agent!\nAnn", ""),
        ("よろしくお願いします", ""),
        ("Thanks, but when does it come?", "open"),
        ("Thanks, but it leaks", "open"),
    ],
)
def test_what_is_typed_on_the_page_is_taken_for_thanks_by_the_same_rule(
    database: Database, shop: Shop, status: str, text: str, becomes: str
) -> None:
    steps = ("resolved", "closed")[: ("resolved", "closed").index(status) + 1]
    number = begin(database, shop, *steps)
    with database.transaction() as session:
        session.get_one(Person, shop.agent.person_id).name = "Agent Smith"
        ticket = find_ticket(session, shop.agent, number)
        writer = Actor(ticket.requester_id, Role.CUSTOMER)
        ticket = write_again(session, writer, ticket.id, text=text, now=LATER)
        assert ticket.number == number
        assert ticket.status == (becomes or status)
        assert (history(session, ticket.id)[-1].field == "thanks") == (not becomes)


def test_thanks_with_a_file_and_where_an_admin_wants_them_open_a_ticket_on_the_page_too(
    database: Database, shop: Shop
) -> None:
    number, file = begin(database, shop, "resolved"), StoredFile("a.pdf", "a/b", 1, "0" * 64)
    with database.transaction() as session:
        ticket = find_ticket(session, shop.agent, number)
        writer = Actor(ticket.requester_id, Role.CUSTOMER)
        write_again(session, writer, ticket.id, text="Thanks!", files=(file,), now=LATER)
        assert ticket.status == "open"
        change_status(session, shop.agent, ticket, "resolved", now=LATER)
        set_thanks_keep_finished(session, shop.admin, False, now=NOW)
        write_again(session, writer, ticket.id, text="Thanks!", now=LATER)
        assert ticket.status == "open"

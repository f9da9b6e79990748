"""What is kept of what tickets mean: for which, and for how long."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from helpdesk.actions.change_folder import change_folder
from helpdesk.actions.empty_trash import KEPT, empty_trash
from helpdesk.actions.keep_meanings import (
    count_without_meaning,
    english_questions,
    keep_meanings,
    without_meaning,
)
from helpdesk.db import Database
from helpdesk.models import TicketMeaning
from tests.helpdesk.tickets.test_solved import FILTER, LATER, asked, solved
from tests.support.factories import Shop

LEAK = "My kettle leaks. What can I do about it?"


def kept(database: Database) -> dict[int, tuple[str, bytes]]:
    with database.reading() as session:
        return {
            one.ticket_id: (one.model, one.vector) for one in session.scalars(select(TicketMeaning))
        }


def test_questions_in_english_alone_are_told_of(database: Database, shop: Shop) -> None:
    with database.transaction() as session:
        german = solved(session, shop, FILTER)
        english = asked(session, shop, "Kettle", LEAK)
        spam = asked(session, shop, "Kettle", LEAK)
        change_folder(session, shop.agent, spam.id, "spam", now=LATER)
        ids = [german.id, english.id, spam.id, 10**6]
        assert english_questions(session, ids) == {english.id: f"Kettle\n{LEAK}"}


def test_those_without_are_found_the_newest_first(database: Database, shop: Shop) -> None:
    with database.reading() as session:
        assert count_without_meaning(session, "one") == (0, 1)
    with database.transaction() as session:
        first, second, third = (asked(session, shop, "Kettle", LEAK).id for _ in range(3))
        keep_meanings(session, "one", {second: b"12"})
    with database.reading() as session:
        assert count_without_meaning(session, "one") == (2, third + 1)
        assert without_meaning(session, "one", third + 1, 9) == [third, first]
        assert without_meaning(session, "one", third, 9) == [first]
        assert without_meaning(session, "other", third + 1, 2) == [third, second]


def test_another_model_takes_the_place_of_the_first(database: Database, shop: Shop) -> None:
    with database.transaction() as session:
        ticket = asked(session, shop, "Kettle", LEAK)
        keep_meanings(session, "one", {})
        keep_meanings(session, "one", {ticket.id: b"12", ticket.id + 1: b"gone meanwhile"})
        keep_meanings(session, "two", {ticket.id: b"345"})
    assert kept(database) == {ticket.id: ("two", b"345")}


def test_it_goes_with_its_ticket(database: Database, shop: Shop) -> None:
    with database.transaction() as session:
        ticket = asked(session, shop, "Kettle", LEAK)
        keep_meanings(session, "one", {ticket.id: b"12"})
        change_folder(session, shop.agent, ticket.id, "trash", now=LATER)
    with database.transaction() as session:
        assert empty_trash(session, now=LATER + KEPT + timedelta(days=1)) == 1
    assert kept(database) == {}

"""Solved tickets as texts to compare with, of few and of many."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from helpdesk.actions.add_note import add_note
from helpdesk.actions.change_folder import change_folder
from helpdesk.actions.change_ticket import change_status
from helpdesk.actions.create_ticket import TicketDraft, create_ticket
from helpdesk.actions.keep_meanings import keep_meanings
from helpdesk.actions.reply import Answer, reply
from helpdesk.db import Database
from helpdesk.models import Ticket
from helpdesk.tickets import solved as solved_tickets
from helpdesk.tickets.access import actor_of
from helpdesk.tickets.solved import SolvedTickets, likest, question_of, read_solved
from tests.support.factories import NOW, Shop

LATER = NOW + timedelta(hours=1)
FILTER = ("Ersatzteil", "Ich brauche einen neuen Filter für den Staubsauger.", "Das ist der F-12.")
PRINTER = ("Drucker", "Der Drucker wird im WLAN nicht gefunden.", "Bitte den Router neu starten.")
OTHERS = (
    ("Opening hours", "When is your shop open on Sunday?", "From nine to two."),
    ("Invoice", "Please send the invoice again.", "It is attached."),
)


def solved(session: Session, shop: Shop, words: tuple[str, str, str]) -> Ticket:
    subject, question, answer = words
    ticket = asked(session, shop, subject, question)
    reply(session, shop.agent, ticket.id, Answer(answer), now=LATER)
    return change_status(session, shop.agent, ticket.id, "resolved", now=LATER)


def asked(session: Session, shop: Shop, subject: str, question: str) -> Ticket:
    return create_ticket(session, actor_of(shop.ann), TicketDraft(subject, question), now=NOW)


@pytest.fixture
def desk(database: Database, shop: Shop) -> Database:
    with database.transaction() as session:
        for words in (FILTER, PRINTER, *OTHERS):
            solved(session, shop, words)
    return database


def found(database: Database, question: str, known: SolvedTickets | None = None) -> list[str]:
    with database.reading() as session:
        likest_ones = likest(session, known or read_solved(session), question, but=0)
        return [session.get_one(Ticket, one.ticket_id).subject for one, _ in likest_ones]


def test_the_newest_are_compared_by_what_was_asked_and_answered(desk: Database) -> None:
    assert found(desk, "Welcher Staubsaugerfilter passt zu meinem Modell?") == ["Ersatzteil"]
    assert found(desk, "mein WLAN Drucker ist weg") == ["Drucker"]
    assert found(desk, "Ich suche eine Teekanne") == found(desk, "") == []


def test_older_ones_are_found_by_the_index_of_the_search(desk: Database, shop: Shop) -> None:
    with desk.reading() as session:
        known = read_solved(session)
    newer = replace(known, newest=known.newest[2:])
    assert found(desk, "Filter für Staubsauger gesucht", newer) == ["Ersatzteil"]
    assert found(desk, "Drucker im WLAN nicht zu finden", newer) == ["Drucker"]
    with desk.transaction() as session:
        solved(session, shop, ("Rücksendung", "Wie geht die Rücksendung?", "Mit dem Etikett."))
    assert found(desk, "Rücksendungen", newer) == ["Rücksendung"]


def test_words_that_many_have_are_looked_for_among_the_last_tickets(
    desk: Database, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On PostgreSQL: of a word's tickets its index knows no order, and all would be read."""
    with desk.transaction() as session:
        for number in range(4):
            solved(session, shop, (f"Kanne {number}", "Die Teekanne leckt.", "Neu kleben."))
    with desk.reading() as session:
        known = replace(read_solved(session), newest=())
    everything = found(desk, "Teekanne leckt", known)
    assert sorted(everything) == ["Kanne 0", "Kanne 1", "Kanne 2", "Kanne 3"]
    monkeypatch.setattr(solved_tickets, "FEW", 3)
    monkeypatch.setattr(solved_tickets, "LAST", 2)
    among_last = ["Kanne 2", "Kanne 3"] if not desk.is_sqlite else sorted(everything)
    assert sorted(found(desk, "Teekanne leckt", known)) == among_last
    # Of what few have, older ones are found, too.
    assert found(desk, "Filter für Staubsauger gesucht", known) == ["Ersatzteil"]


def test_only_what_is_solved_with_an_answer_and_in_the_inbox(desk: Database, shop: Shop) -> None:
    words = "Der Wasserkocher pfeift"
    with desk.transaction() as session:
        open_one = asked(session, shop, "Wasserkocher", words)
        reply(session, shop.agent, open_one.id, Answer("Das ist normal."), now=LATER)
        spam = solved(session, shop, ("Kocher", words, "Nichts."))
        change_folder(session, shop.agent, spam.id, "spam", now=LATER)
        noted = asked(session, shop, "Pfeifen", words)
        add_note(session, shop.agent, noted.id, text="Er pfeift.", now=LATER)
        change_status(session, shop.agent, noted.id, "resolved", now=LATER)
        assert question_of(session, open_one.id).endswith(words)
        assert question_of(session, spam.id) == ""
    with desk.reading() as session:
        known = read_solved(session)
    for one in (known, replace(known, newest=())):
        assert found(desk, words, one) == []


def test_what_means_the_same_is_found_without_a_word_in_common(desk: Database, shop: Shop) -> None:
    with desk.transaction() as session:
        first, second = (
            solved(session, shop, ("Teapot", "My teapot drips.", "A new seal helps."))
            for _ in range(2)
        )
        spam = solved(session, shop, ("Spam", "Teapots for sale!", "No."))
        unsolved = asked(session, shop, "Still open", "My teapot drips.")
        change_folder(session, shop.agent, spam.id, "spam", now=LATER)
        near, far, other = (bytes([a, b]) for a, b in ((100, 10), (10, 100), (100, 9)))
        told = {first.id: near, second.id: far, spam.id: near, unsolved.id: near}
        keep_meanings(session, "model", told)
        keep_meanings(session, "model", {first.id: other})
    with desk.reading() as session:
        known = read_solved(session, "model")
        assert {one.ticket_id for one in known.meant} == {first.id, second.id}
        for one in (known, replace(known, newest=())):
            found = likest(session, one, "The kettle leaks", but=0, meaning=near)
            assert [(like.ticket_id, score > 0.4) for like, score in found] == [(first.id, True)]
        assert likest(session, known, "The kettle leaks", but=first.id, meaning=near) == []
        assert likest(session, known, "The kettle leaks", but=0) == []
        of_another = read_solved(session, "another model")
        assert of_another.meant == ()
        assert likest(session, of_another, "The kettle leaks", but=0, meaning=near) == []

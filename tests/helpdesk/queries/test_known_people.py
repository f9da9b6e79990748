"""People whom staff may mean by what they type."""

from __future__ import annotations

import pytest

from helpdesk.actions.change_people import add_person_to
from helpdesk.db import Database
from helpdesk.errors import NotAllowed
from helpdesk.models import Person
from helpdesk.queries.known_people import known_people, likely_people
from helpdesk.tickets.access import actor_of
from helpdesk.vocabulary import Role
from tests.support.factories import NOW, Shop, make_person, make_ticket


def test_people_are_known_by_the_beginnings_of_address_and_names(
    database: Database, shop: Shop
) -> None:
    with database.transaction() as session:
        kim = make_person(session, "k.novak@firm.example")
        kim.name = "Kim Nováková"
        make_ticket(session, kim)
        gone = make_person(session, "kim@gone.example")
        gone.active = False
    with database.reading() as session:
        for typed in ("k.nov", " KIM", "kim n", "nov", "Nováková"):
            assert [one.id for one in known_people(session, shop.agent, typed)] == [kim.id], typed
        for typed in ("", "k", "ovak", "%", "k_nov", "kim@", "\0\ud800x", "'\"*"):
            assert known_people(session, shop.agent, typed) == (), typed
        with pytest.raises(NotAllowed):
            known_people(session, actor_of(shop.ann), "kim")


def test_accents_and_letters_that_few_keyboards_have_make_no_difference(
    database: Database, shop: Shop
) -> None:
    with database.transaction() as session:
        one = make_person(session, "lj@firm.example")
        one.name = "Łukasz Jørgensen"
        make_ticket(session, one)
    with database.reading() as session:
        for typed in ("lukasz", "jorgen", "Łuk", "jørg", "lukasz jorg"):
            assert [found.id for found in known_people(session, shop.agent, typed)] == [one.id]
        assert known_people(session, shop.agent, "ukasz") == ()


def test_who_is_called_just_so_comes_first(database: Database, shop: Shop) -> None:
    with database.transaction() as session:
        exact = make_person(session, "kimo@firm.example")
        exact.name = "Kim"
        colleague = make_person(session, "kimberly@shop.example", Role.AGENT)
        later = make_person(session, "kimm@mail.example")
    with database.reading() as session:
        found = {
            typed: [one.id for one in known_people(session, shop.agent, typed)]
            for typed in ("kim", "KIMM@mail.example")
        }
    assert found == {
        "kim": [exact.id, colleague.id, later.id],
        "KIMM@mail.example": [later.id],
    }


def test_who_was_on_earlier_tickets_is_offered(database: Database, shop: Shop) -> None:
    with database.transaction() as session:
        first = make_ticket(session, session.get_one(Person, shop.ann.id))
        make_ticket(session, session.get_one(Person, shop.ann.id))
        add_person_to(session, shop.agent, first.id, shop.bob.id, now=NOW)
    with database.reading() as session:
        assert [one.id for one in likely_people(session, shop.agent, shop.ann.id)] == [shop.bob.id]
        with pytest.raises(NotAllowed):
            likely_people(session, actor_of(shop.ann), shop.ann.id)

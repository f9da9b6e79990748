"""Signing in by password; and nothing that tells addresses apart."""

from __future__ import annotations

import pytest

from helpdesk.actions.sign_in import (
    check_password,
    set_password,
)
from helpdesk.db import Database
from helpdesk.errors import InvalidInput, NotAllowed
from helpdesk.models import Person
from tests.support.factories import PASSWORD, Shop


def test_the_right_password_signs_in(database: Database, shop: Shop) -> None:
    with database.reading() as session:
        person = check_password(session, " Agent@Shop.example ", PASSWORD)
    assert person.id == shop.agent.person_id


def test_whatever_is_wrong_gets_the_same_words(database: Database, shop: Shop) -> None:
    with database.transaction() as session:
        session.get_one(Person, shop.admin.person_id).active = False
    attempts = [
        ("agent@shop.example", PASSWORD + "x"),
        ("agent@shop.example", ""),
        ("agent@shop.example", "\ud800"),
        ("agent@shop.example", "x" * 10_000_000),
        ("admin@shop.example", PASSWORD),
        ("ann@mail.example", PASSWORD),
        ("ann@mail.example", ""),
        ("nobody@mail.example", PASSWORD),
        ("\0", "\0"),
    ]
    said = set()
    with database.reading() as session:
        for address, password in attempts:
            with pytest.raises(NotAllowed) as refused:
                check_password(session, address, password)
            said.add(str(refused.value))
    assert len(said) == 1


def test_a_new_password_ends_every_session(database: Database, shop: Shop) -> None:
    with database.transaction() as session:
        person = session.get_one(Person, shop.agent.person_id)
        before = person.session_generation
        set_password(session, person, "another long password")
        assert person.session_generation == before + 1
        assert check_password(session, "agent@shop.example", "another long password") is person
        with pytest.raises(NotAllowed):
            check_password(session, "agent@shop.example", PASSWORD)
        for password in ("short", "x" * 1001, "long enough \ud800"):
            with pytest.raises(InvalidInput) as refused:
                set_password(session, person, password)
            assert refused.value.field == "password"

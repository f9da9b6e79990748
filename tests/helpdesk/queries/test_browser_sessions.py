"""Whose session a key is, and when it has ended."""

from __future__ import annotations

from datetime import timedelta

from helpdesk.actions.browser_sessions import LASTS, Visit, begin_session, hashed_key
from helpdesk.db import Database
from helpdesk.models import Person
from helpdesk.queries.browser_sessions import own_sessions, session_owner
from helpdesk.queries.people import view_person
from tests.support.factories import NOW, Shop


def test_a_key_names_its_owner_until_the_session_ends(database: Database, shop: Shop) -> None:
    since = NOW - LASTS
    with database.transaction() as session:
        person = session.get_one(Person, shop.agent.person_id)
        key = begin_session(session, person.id, person.session_generation, Visit(), now=NOW)
        session.flush()
        found = session_owner(session, hashed_key(key), since=since)
        assert found is not None
        assert found.person == view_person(person)
        assert session_owner(session, key, since=since) is None, "the hash is no key"
        assert session_owner(session, hashed_key(key), since=NOW + timedelta(days=1)) is None
        person.session_generation += 1
        session.flush()
        assert session_owner(session, hashed_key(key), since=since) is None
        assert own_sessions(session, shop.agent, found.session_id, since=since) == ()
        person.session_generation -= 1
        person.active = False
        session.flush()
        assert session_owner(session, hashed_key(key), since=since) is None


def test_this_session_comes_first(database: Database, shop: Shop) -> None:
    with database.transaction() as session:
        person = session.get_one(Person, shop.agent.person_id)
        for hours, browser in enumerate(("Firefox on Linux", "Chrome on Android")):
            begin_session(
                session, person.id, person.session_generation, Visit(browser, "203.0.113.x"),
                now=NOW + timedelta(hours=hours),
            )  # fmt: skip
        session.flush()
        rows = own_sessions(session, shop.agent, 0, since=NOW - LASTS)
        assert [row.browser for row in rows] == ["Chrome on Android", "Firefox on Linux"]
        rows = own_sessions(session, shop.agent, rows[1].id, since=NOW - LASTS)
        assert [(row.browser, row.is_this_one) for row in rows] == [
            ("Firefox on Linux", True),
            ("Chrome on Android", False),
        ]
        assert own_sessions(session, shop.admin, 0, since=NOW - LASTS) == ()

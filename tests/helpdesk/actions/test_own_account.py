"""One's own name and password."""

from __future__ import annotations

import pytest

from helpdesk.actions.browser_sessions import LASTS, Visit, begin_session, hashed_key
from helpdesk.actions.own_account import change_own_password, check_own_password, rename_myself
from helpdesk.actions.sign_in import check_password, set_password
from helpdesk.actor import VISITOR, Actor
from helpdesk.db import Database
from helpdesk.errors import InvalidInput, NotAllowed
from helpdesk.models import Person
from helpdesk.queries.browser_sessions import own_sessions, session_owner
from tests.helpdesk.actions.administration import logged
from tests.support.factories import NOW, PASSWORD, Shop

_NEW = "another long password"


def test_a_name_is_one_line_and_never_empty(database: Database, shop: Shop) -> None:
    with database.transaction() as session:
        assert rename_myself(session, shop.agent, " Mia\r\nBerg ", now=NOW).name == "Mia Berg"
        assert rename_myself(session, shop.agent, "50 % <b>{0}", now=NOW).name == "50 % <b>{0}"
        for empty in ("", " \n", "\u200b"):
            with pytest.raises(InvalidInput) as refused:
                rename_myself(session, shop.agent, empty, now=NOW)
            assert refused.value.field == "name"
        for nobody in (VISITOR, Actor(shop.ann.id, "customer")):
            with pytest.raises(NotAllowed):
                rename_myself(session, nobody, "x", now=NOW)


def test_a_new_password_leaves_the_one_session_that_set_it(database: Database, shop: Shop) -> None:
    with database.transaction() as session:
        person = session.get_one(Person, shop.agent.person_id)
        keys = [
            begin_session(session, person.id, person.session_generation, Visit(), now=NOW)
            for _ in range(3)
        ]
        with pytest.raises(InvalidInput) as refused:
            check_own_password(session, shop.agent, "wrong")
        assert refused.value.field == "current_password"
        generation = check_own_password(session, shop.agent, PASSWORD)
        with pytest.raises(InvalidInput):
            change_own_password(session, shop.agent, "short", generation, Visit(), now=NOW)
        key = change_own_password(session, shop.agent, _NEW, generation, Visit(), now=NOW)
        session.flush()
        assert check_password(session, "agent@shop.example", _NEW) is person
        since = NOW - LASTS
        # A copy of the cookie of the session that set it opens nothing, either.
        assert all(session_owner(session, hashed_key(old), since=since) is None for old in keys)
        assert session_owner(session, hashed_key(key), since=since) is not None
        assert len(own_sessions(session, shop.agent, 0, since=since)) == 1
        assert logged(session)[-1] == ("agent@shop.example", "password changed", "", "")
        assert all(_NEW not in part for row in logged(session) for part in row)


def test_of_two_who_change_it_at_once_one_comes_too_late(database: Database, shop: Shop) -> None:
    with database.transaction() as session:
        generation = check_own_password(session, shop.agent, PASSWORD)
        set_password(session, session.get_one(Person, shop.agent.person_id), "by an admin 123")
        with pytest.raises(NotAllowed):
            change_own_password(session, shop.agent, _NEW, generation, Visit(), now=NOW)

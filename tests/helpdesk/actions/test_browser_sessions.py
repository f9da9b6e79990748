"""Sessions: begun with a proof that still holds, ended one by one or all, only one's own."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.actions.browser_sessions import (
    LASTS,
    NOTED_EVERY,
    Visit,
    begin_session,
    end_own_session,
    end_own_sessions,
    end_session,
    hashed_key,
    note_seen,
)
from helpdesk.actions.sign_in import set_password
from helpdesk.actor import VISITOR
from helpdesk.db import Database
from helpdesk.errors import NotAllowed, NotFound
from helpdesk.models import BrowserSession, Person
from helpdesk.queries.browser_sessions import own_sessions, session_owner
from tests.helpdesk.actions.administration import logged
from tests.support.factories import NOW, Shop

_HERE = Visit("Firefox on Linux", "203.0.113.x")


def _begin(session: Session, person_id: int | None, visit: Visit = _HERE) -> int:
    person = session.get_one(Person, person_id)
    key = begin_session(session, person.id, person.session_generation, visit, now=NOW)
    session.flush()
    owner = session_owner(session, hashed_key(key), since=NOW - LASTS)
    assert owner is not None
    return owner.session_id


def _open(session: Session) -> int:
    return len(session.scalars(select(BrowserSession.id)).all())


def test_only_the_hash_of_the_key_is_kept(database: Database, shop: Shop) -> None:
    with database.transaction() as session:
        person = session.get_one(Person, shop.agent.person_id)
        key = begin_session(session, person.id, person.session_generation, _HERE, now=NOW)
        row = session.scalars(select(BrowserSession)).one()
        assert len(key) >= 40
        assert key not in str(vars(row))


def test_a_proof_that_holds_no_more_begins_nothing(database: Database, shop: Shop) -> None:
    with database.transaction() as session:
        person = session.get_one(Person, shop.agent.person_id)
        before = person.session_generation
        set_password(session, person, "another long password")
        with pytest.raises(NotAllowed):
            begin_session(session, person.id, before, _HERE, now=NOW)
        person.active = False
        with pytest.raises(NotAllowed):
            begin_session(session, person.id, person.session_generation, _HERE, now=NOW)
        assert _open(session) == 0


def test_one_ends_one_s_own_and_nobody_else_s(database: Database, shop: Shop) -> None:
    with database.transaction() as session:
        mine, other = _begin(session, shop.agent.person_id), _begin(session, shop.admin.person_id)
        for wrong in (other, 0, 10**30):
            with pytest.raises(NotFound):
                end_own_session(session, shop.agent, wrong, now=NOW)
        end_own_session(session, shop.agent, mine, now=NOW)
        with pytest.raises(NotFound):
            end_own_session(session, shop.agent, mine, now=NOW)
        end_session(session, mine, now=NOW)
        assert _open(session) == 1
        end_session(session, other, now=NOW)
        assert _open(session) == 0


def test_everywhere_means_every_session_of_one_person(database: Database, shop: Shop) -> None:
    with database.transaction() as session:
        for _ in range(3):
            _begin(session, shop.agent.person_id)
        _begin(session, shop.admin.person_id)
        end_own_sessions(session, shop.agent, now=NOW)
        assert own_sessions(session, shop.agent, 0, since=NOW - LASTS) == ()
        assert _open(session) == 1
        with pytest.raises(NotAllowed):
            end_own_sessions(session, VISITOR, now=NOW)


def test_what_staff_do_is_logged_and_what_customers_do_is_not(
    database: Database, shop: Shop
) -> None:
    with database.transaction() as session:
        began = len(logged(session))
        customer = _begin(session, shop.ann.id)
        end_session(session, customer, now=NOW)
        assert len(logged(session)) == began
        end_session(session, _begin(session, shop.agent.person_id), now=NOW)
        end_own_session(session, shop.agent, _begin(session, shop.agent.person_id), now=NOW)
        end_own_sessions(session, shop.agent, now=NOW)
        words = "Firefox on Linux, 203.0.113.x"
        assert logged(session)[began:] == [
            ("agent@shop.example", "signed in", "", words),
            ("agent@shop.example", "signed out", "Firefox on Linux", ""),
            ("agent@shop.example", "signed in", "", words),
            ("agent@shop.example", "session ended", words, ""),
            ("agent@shop.example", "signed out everywhere", "", ""),
        ]


def test_a_session_lives_while_it_is_used(database: Database, shop: Shop) -> None:
    with database.transaction() as session:
        old = _begin(session, shop.agent.person_id)
        note_seen(session, old, now=NOW + NOTED_EVERY / 2)
        assert session.scalars(select(BrowserSession.seen_at)).one() == NOW
        used = NOW + timedelta(days=10)
        note_seen(session, old, now=used)
        assert session.scalars(select(BrowserSession.seen_at)).one() == used
        # The next one who signs in clears away what nobody uses any more.
        admin = session.get_one(Person, shop.admin.person_id)
        later = used + LASTS + timedelta(seconds=1)
        begin_session(session, admin.id, admin.session_generation, _HERE, now=later)
        session.flush()
        assert session.scalars(select(BrowserSession.person_id)).all() == [admin.id]

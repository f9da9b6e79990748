"""API tokens: what they give, to whom, and until when."""

from __future__ import annotations

from datetime import timedelta

import pytest

from helpdesk.actions.api_tokens import issue_token, note_use, revoke_token, right_of_token
from helpdesk.actor import SYSTEM
from helpdesk.db import Database
from helpdesk.errors import InvalidInput, NotAllowed, NotFound
from helpdesk.models import ApiToken, Person
from helpdesk.queries.api_tokens import api_tokens
from tests.support.factories import NOW, Shop


def test_a_token_acts_as_its_person_until_revoked(database: Database, shop: Shop) -> None:
    with database.transaction() as session:
        token = issue_token(session, SYSTEM, "agent@shop.example", NOW, scopes=["read"])
    with database.transaction() as session:
        kept = session.query(ApiToken).one()
        assert token not in kept.token_hash
        right = right_of_token(session, token, now=NOW)
        assert right is not None
        assert right.actor == shop.agent
        assert right.scopes == {"read"}
        for wrong in ("", token[:-1], kept.token_hash, "\0", "\ud800"):
            assert right_of_token(session, wrong, now=NOW) is None
        person = session.get_one(Person, shop.agent.person_id)
        person.active = False
        assert right_of_token(session, token, now=NOW) is None
        person.active = True
        revoke_token(session, shop.admin, kept.id, now=NOW)
        assert right_of_token(session, token, now=NOW) is None
        revoke_token(session, shop.admin, kept.id, now=NOW + timedelta(days=1))
        assert kept.revoked_at == NOW


def test_its_use_is_noted_once_an_hour(database: Database, shop: Shop) -> None:
    with database.transaction() as session:
        token = issue_token(session, shop.admin, "ann@mail.example", NOW)
        session.flush()
        for minutes, noted in ((0, False), (59, True), (60, False)):
            moment = NOW + timedelta(minutes=minutes)
            right = right_of_token(session, token, now=moment)
            assert right is not None
            assert right.use_is_noted is noted
            note_use(session, right.token_id, now=moment)
            session.expire_all()
        assert session.query(ApiToken).one().last_used_at == NOW + timedelta(hours=1)


def test_the_list_tells_no_token(database: Database, shop: Shop) -> None:
    with database.transaction() as session:
        tokens = [
            issue_token(session, shop.admin, "ann@mail.example", NOW, label=f"Shop {number}")
            for number in range(3)
        ]
        session.flush()
        revoke_token(session, shop.admin, 3, now=NOW)
        listed = api_tokens(session, shop.admin)
        assert [one.label for one in listed] == ["Shop 1", "Shop 0", "Shop 2"]
        assert listed[0].scopes == ("read", "write", "orders")
        assert not any(token in repr(listed) for token in tokens)


def test_who_may_issue_tokens_and_for_whom(database: Database, shop: Shop) -> None:
    with database.transaction() as session:
        with pytest.raises(NotAllowed):
            issue_token(session, shop.agent, "agent@shop.example", NOW)
        with pytest.raises(NotAllowed):
            revoke_token(session, shop.agent, 1, now=NOW)
        with pytest.raises(NotAllowed):
            api_tokens(session, shop.agent)
        with pytest.raises(NotFound):
            issue_token(session, shop.admin, "nobody@mail.example", NOW)
        with pytest.raises(NotFound):
            revoke_token(session, shop.admin, 99, now=NOW)
        for scopes in (["read", "everything"], []):
            with pytest.raises(InvalidInput) as refused:
                issue_token(session, shop.admin, "ann@mail.example", NOW, scopes=scopes)
            assert refused.value.field == "scopes"

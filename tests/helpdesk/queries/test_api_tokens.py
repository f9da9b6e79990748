"""The list of API tokens."""

from __future__ import annotations

import pytest

from helpdesk.actions.api_tokens import issue_token, revoke_token
from helpdesk.db import Database
from helpdesk.errors import NotAllowed
from helpdesk.queries.api_tokens import api_tokens
from tests.support.factories import NOW, Shop


def test_tokens_are_listed_without_the_token(database: Database, shop: Shop) -> None:
    with database.transaction() as session:
        token = issue_token(
            session, shop.admin, "agent@shop.example", NOW, scopes=["read"], label="Shop sync"
        )
    with database.reading() as session:
        (shown,) = api_tokens(session, shop.admin)
    assert (shown.label, shown.scopes, shown.person.id) == (
        "Shop sync", ("read",), shop.agent.person_id,
    )  # fmt: skip
    assert (shown.last_used_at, shown.revoked_at) == (None, None)
    assert token not in repr(shown)
    with database.transaction() as session:
        revoke_token(session, shop.admin, shown.id, now=NOW)
    with database.reading() as session:
        assert api_tokens(session, shop.admin)[0].revoked_at == NOW
        with pytest.raises(NotAllowed):
            api_tokens(session, shop.agent)

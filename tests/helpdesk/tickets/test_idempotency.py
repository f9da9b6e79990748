"""Doing a thing once however often a program asks."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from helpdesk.db import Database
from helpdesk.errors import InvalidInput
from helpdesk.tickets.idempotency import KEPT_FOR, KeptResponse, once
from tests.support.factories import NOW, Shop

REQUEST = {"subject": "The lid", "priority": "high"}


def test_a_key_does_a_thing_once_for_each_person_and_for_a_day(
    database: Database, shop: Shop
) -> None:
    done: list[int] = []

    def do() -> dict[str, Any]:
        done.append(len(done) + 1)
        return {"number": len(done)}

    with database.transaction() as session:

        def ask(person_id: int, key: str = "k", after: timedelta = timedelta()) -> KeptResponse:
            return once(session, person_id, key, REQUEST, do, NOW + after)

        assert ask(shop.ann.id) == KeptResponse({"number": 1}, replayed=False)
        assert ask(shop.ann.id) == KeptResponse({"number": 1}, replayed=True)
        assert ask(shop.bob.id) == KeptResponse({"number": 2}, replayed=False)
        assert ask(shop.ann.id, "other") == KeptResponse({"number": 3}, replayed=False)
        just_before = KEPT_FOR - timedelta(seconds=1)
        assert ask(shop.ann.id, after=just_before).replayed
        assert ask(shop.ann.id, after=KEPT_FOR) == KeptResponse({"number": 4}, replayed=False)


def test_a_key_stands_for_one_request(database: Database, shop: Shop) -> None:
    with database.transaction() as session:
        once(session, shop.ann.id, "k", REQUEST, dict, NOW)
        reordered = dict(reversed(REQUEST.items()))
        assert once(session, shop.ann.id, "k", reordered, dict, NOW).replayed
        with pytest.raises(InvalidInput) as refused:
            once(session, shop.ann.id, "k", {**REQUEST, "priority": "low"}, dict, NOW)
        assert refused.value.field == "Idempotency-Key"

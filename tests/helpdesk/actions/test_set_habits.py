"""How one works at the desk."""

from __future__ import annotations

import pytest

from helpdesk.actions.set_habits import MOST, remember_after_sending, set_habits
from helpdesk.actor import SYSTEM
from helpdesk.db import Database
from helpdesk.errors import InvalidInput, NotAllowed
from helpdesk.models import Person
from helpdesk.tickets.access import actor_of
from tests.support.factories import Shop


def test_staff_set_their_own_time(database: Database, shop: Shop) -> None:
    with database.transaction() as session:
        for seconds in (0, MOST):
            assert set_habits(session, shop.agent, undo_seconds=seconds).undo_seconds == seconds
        for wrong in (-1, MOST + 1):
            with pytest.raises(InvalidInput) as refused:
                set_habits(session, shop.agent, undo_seconds=wrong)
            assert refused.value.field == "undo_seconds"


def test_nobody_else_has_answers_to_undo(database: Database, shop: Shop) -> None:
    with database.transaction() as session:
        for actor in (actor_of(shop.ann), SYSTEM):
            with pytest.raises(NotAllowed):
                set_habits(session, actor, undo_seconds=10)
            with pytest.raises(NotAllowed):
                remember_after_sending(session, actor, "stay")


def test_where_one_went_is_remembered(database: Database, shop: Shop) -> None:
    with database.transaction() as session:
        assert remember_after_sending(session, shop.agent, "back") == "back"
        with pytest.raises(InvalidInput):
            remember_after_sending(session, shop.agent, "elsewhere")
    with database.reading() as session:
        person = session.get_one(Person, shop.agent.person_id)
        assert (person.after_sending, person.single_keys, person.dense) == ("back", True, False)

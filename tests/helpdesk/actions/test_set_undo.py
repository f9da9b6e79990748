"""For how long one's own answers may be taken back."""

from __future__ import annotations

import pytest

from helpdesk.actions.set_undo import MOST, set_undo
from helpdesk.actor import SYSTEM
from helpdesk.db import Database
from helpdesk.errors import InvalidInput, NotAllowed
from helpdesk.tickets.access import actor_of
from tests.support.factories import Shop


def test_staff_set_their_own_time(database: Database, shop: Shop) -> None:
    with database.transaction() as session:
        for seconds in (0, MOST):
            assert set_undo(session, shop.agent, seconds).undo_seconds == seconds
        for wrong in (-1, MOST + 1):
            with pytest.raises(InvalidInput) as refused:
                set_undo(session, shop.agent, wrong)
            assert refused.value.field == "undo_seconds"


def test_nobody_else_has_answers_to_undo(database: Database, shop: Shop) -> None:
    with database.transaction() as session:
        for actor in (actor_of(shop.ann), SYSTEM):
            with pytest.raises(NotAllowed):
                set_undo(session, actor, 10)

"""What a step down would drop, before it does."""

from __future__ import annotations

import pytest

from helpdesk.db import Database
from helpdesk.schema import is_current, look_ahead, names, newest


def test_it_is_tried_and_nothing_is_changed(database: Database) -> None:
    move = look_ahead(database, "0071")
    assert (move.begin, move.end, move.is_down) == (newest(), "0071", True)
    assert move.steps[-1] == "0072"
    assert ("stored_part", 0) in move.tables
    assert is_current(database)
    assert look_ahead(database, "head").steps == ()
    assert look_ahead(database, "base").steps == tuple(reversed(names()))


def test_a_revision_that_is_not_there(database: Database) -> None:
    with pytest.raises(LookupError, match="There is no revision 9999 in this version"):
        look_ahead(database, "9999")

"""Tags' names, and the tags of tickets."""

from __future__ import annotations

import pytest

from helpdesk.db import Database
from helpdesk.errors import InvalidInput
from helpdesk.tickets.tags import LONGEST, find_or_make_tag, tag_name, tag_names
from tests.support.factories import NOW


@pytest.mark.parametrize("text", ["", " \n", "x" * (LONGEST + 1), "a,b", 'a "b"'])
def test_what_is_no_name(text: str) -> None:
    with pytest.raises(InvalidInput) as problem:
        tag_name(text)
    assert problem.value.field == "tags"


def test_names_as_they_are_shown_and_as_they_are_compared() -> None:
    assert tag_name("  Late\n parcel ") == "Late parcel"
    assert tag_names(["VIP", "Straße", "STRASSE", "vip"]) == {"strasse": "STRASSE", "vip": "vip"}


def test_a_tag_is_made_once(database: Database) -> None:
    with database.transaction() as session:
        first = find_or_make_tag(session, "Refund", NOW)
        assert find_or_make_tag(session, "REFUND", NOW) is first
        assert first.name == "Refund"
        assert find_or_make_tag(session, "VIP", NOW).colour != first.colour

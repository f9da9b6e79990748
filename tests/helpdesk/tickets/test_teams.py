"""Teams by their names: what a name may be, and how one is found."""

from __future__ import annotations

import pytest

from helpdesk.actions.edit_team import TeamDraft, add_team
from helpdesk.db import Database
from helpdesk.errors import InvalidInput
from helpdesk.tickets.teams import find_team, folded_team, team_name
from tests.support.factories import NOW, make_shop


def test_what_a_name_may_be() -> None:
    assert team_name("  Repairs \n 2 ") == "Repairs 2"
    for text in ("", " ", "x" * 61, 'the "A" team'):
        with pytest.raises(InvalidInput):
            team_name(text)
    assert folded_team("  RePairs ") == "repairs"


def test_a_team_is_found_by_id_or_name(database: Database) -> None:
    shop = make_shop(database)
    with database.transaction() as session:
        team = add_team(session, shop.admin, TeamDraft("Repairs"), now=NOW)
        for wanted in (team.id, str(team.id), "REPAIRS"):
            assert find_team(session, wanted) is team
        assert find_team(session, "") is None
        assert find_team(session, 0) is None
        for wanted in (99, "99", "9" * 30, "Billing"):
            with pytest.raises(InvalidInput):
                find_team(session, wanted)

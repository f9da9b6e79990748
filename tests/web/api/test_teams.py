"""Teams in the API: listed, given to a ticket, and asked for."""

from __future__ import annotations

from helpdesk.actions.edit_team import TeamDraft, add_team
from tests.web.api.conftest import Api, problem


def test_a_ticket_is_given_to_a_team(api: Api) -> None:
    with api.database.transaction() as session:
        for name in ("Repairs", "Billing"):
            add_team(session, api.shop.admin, TeamDraft(name), now=api.clock())
    shown = api.agent.get("/api/teams/")
    assert [team["name"] for team in shown["results"]] == ["Billing", "Repairs"]
    made, other = api.ann.create(), api.ann.create()
    path = f"/api/tickets/{made['id']}/"
    assert made["team"] is None
    assert api.agent("PATCH", path, {"team": "repairs"}).get_json()["team"] == "Repairs"
    assert api.agent.get(path)["team"] == "Repairs"
    assert api.ann.get(path)["team"] is None
    found = api.agent.get("/api/tickets/?team=REPAIRS")
    assert [one["id"] for one in found["results"]] == [made["id"]]
    both = api.agent.get("/api/tickets/?team=repairs&team=billing")
    assert both["count"] == 1
    assert api.ann.get("/api/tickets/?team=repairs")["count"] == 0
    problem(api.agent("PATCH", path, {"team": "Nobody"}), 422)
    assert api.agent("PATCH", path, {"team": None}).get_json()["team"] is None
    assert api.agent.get(f"/api/tickets/{other['id']}/")["team"] is None

"""Teams in the browser: added, changed and deleted by an admin; given on a ticket; and away."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select

from helpdesk.models import Person, Team
from tests.web.conftest import Browser, Desk


@pytest.fixture
def admin(desk: Desk, visitor: Callable[[], Browser]) -> Browser:
    made = visitor()
    made.is_signed_in_as(desk.ada)
    return made


def test_a_team_from_the_first_to_the_last(desk: Desk, admin: Browser, agent: Browser) -> None:
    page, ticket = "/desk/admin/teams", f"/desk/t/{desk.ticket.number}"
    assert 'data-change="team"' not in agent.get(ticket).text
    assert admin.post(page, page, name="", member=desk.bo.id).status_code == 422
    assert admin.post(page, page, name="Repairs", member=desk.bo.id, mailbox=1).status_code == 303
    shown = admin.get(page).text
    assert "Repairs" in shown
    assert "1 member" in shown
    with desk.database.reading() as session:
        team_id = session.scalars(select(Team.id)).one()
    admin.post(f"{page}/{team_id}", page, name="Repairs 2", hands_out="1")
    assert "hands out" in admin.get(page).text
    assert 'data-change="team"' in agent.get(ticket).text
    assert agent.post(f"{ticket}/team", ticket, team=team_id).status_code == 303
    assert "Team: none → Repairs 2" in agent.get(ticket).text
    listed = f"/desk?view=all&team={team_id}"
    assert "Parcel late" in agent.get(listed).text
    assert "Team: Repairs 2" in agent.get(listed).text
    assert "Wrong size" not in agent.get(listed).text
    chosen = {"ticket": desk.other.id, "set": f"team={team_id}"}
    done = agent.post("/desk/bulk", "/desk", **chosen)
    assert "1 ticket: of team Repairs 2." in agent.get(done.location).text
    admin.post(f"{page}/{team_id}/delete", page)
    assert 'data-change="team"' not in agent.get(ticket).text


def test_away_and_there_again(desk: Desk, agent: Browser) -> None:
    ticket = f"/desk/t/{desk.ticket.number}"
    agent.post(f"{ticket}/assignee", ticket, assignee="me")
    assert "Hand back my 1 unfinished ticket:" in agent.get("/desk/me").text
    answer = agent.post("/desk/me/away", "/desk/me", away="1", hand_back="1")
    said = agent.get(answer.location).text
    assert "You are away" in said
    assert "given to nobody" in said
    assert desk.reload().assignee_id is None
    assert "I am there again" in agent.get("/desk/me").text
    agent.post("/desk/me/away", "/desk/me")
    with desk.database.reading() as session:
        assert session.get_one(Person, desk.bo.id).away is False

"""What all answers of the desk have in common."""

from __future__ import annotations

from tests.web.conftest import Browser, Desk
from tests.web.desk.conftest import path


def test_a_script_is_told_where_a_form_leads_with_the_anchor(desk: Desk, agent: Browser) -> None:
    sent = {"csrf_token": agent.token("/desk"), "comment": "On its way.", "status": "waiting"}
    for asked, status in (({}, 303), ({"X-Leads": "by header"}, 204)):
        answer = agent.client.post(path(desk, "/note"), data=sent, headers=asked)
        assert answer.status_code == status
        to = answer.headers["X-Leads-To" if asked else "Location"]
        assert f"{path(desk)}#c" in to
        assert not (asked and (answer.data or answer.location))

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


def test_a_page_fetched_ahead_takes_no_notice_and_a_forms_answer_brings_it(
    desk: Desk, agent: Browser
) -> None:
    here, said = path(desk), "Priority is urgent now."
    token = agent.token("/desk")
    for value, ahead, status in (("urgent", "", 204), ("urgent", f"/desk/t/TKT1 {here}", 200)):
        agent.client.post(f"{here}/priority", data={"csrf_token": token, "priority": "low"})
        agent.get(here)  # says that
        answer = agent.client.post(
            f"{here}/priority",
            data={"csrf_token": token, "priority": value},
            headers={"X-Leads": "by header", "X-Ahead": ahead},
        )
        assert (answer.status_code, answer.headers["X-Leads-To"]) == (status, here)
        assert said not in agent.get(here, headers={"X-Ahead": "yes"}).text
        assert (said in answer.text, said in agent.get(here).text) == (bool(ahead), not ahead)
        assert ('id="views"' in answer.text) == bool(ahead)


def test_at_the_lists_end_nothing_is_fetched_ahead(desk: Desk, agent: Browser) -> None:
    after = path(desk, "/beside?step=next&list=view%3Dclosed")
    ahead = agent.get(after, headers={"X-Ahead": "yes"})
    assert (ahead.status_code, ahead.data) == (204, b"")
    assert "That was the last one" not in agent.get("/desk").text
    assert agent.get(after).status_code == 303
    assert "That was the last one" in agent.get("/desk").text

"""Similar solved tickets beside a ticket, and their answers put into the composer."""

from __future__ import annotations

from types import SimpleNamespace

from helpdesk.tickets.access import actor_of
from tests.helpdesk.actions.test_find_similar import look
from tests.helpdesk.tickets.test_solved import FILTER, asked, solved
from tests.web.conftest import Browser, Desk


def test_an_answer_goes_below_what_was_written(desk: Desk, agent: Browser) -> None:
    shop = SimpleNamespace(agent=actor_of(desk.bo), ann=desk.ann)
    with desk.database.transaction() as session:
        right = solved(session, shop, FILTER).number
        number = asked(session, shop, "Filter", "Welcher Filter passt in den Staubsauger?").number
    look(desk.database)
    page = f"/desk/t/{number}"
    assert "Similar solved tickets" in agent.get(page).text
    assert "Das ist der F-12." in agent.get(page).text
    sent = {"similar": right, "comment": "Hello Ann,"}
    shown = agent.post(f"{page}/similar-answer", page, **sent)
    assert shown.status_code == 200
    assert "Hello Ann,\n\nDas ist der F-12.</textarea>" in shown.text
    gone = agent.post(f"{page}/similar-answer", page, similar="TKT1", comment="Hello Ann,")
    assert gone.status_code == 422
    assert "not offered any more" in gone.text
    assert "Hello Ann,</textarea>" in gone.text
    agent.post(f"{page}/status", page, status="resolved")
    assert "Similar solved tickets" not in agent.get(page).text

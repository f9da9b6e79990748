"""One's own settings."""

from __future__ import annotations

import re

from helpdesk.actions.change_ticket import assign
from helpdesk.models import Person
from helpdesk.tickets.access import actor_of
from tests.support.clock import FakeClock
from tests.web.conftest import Browser, Desk
from tests.web.desk.conftest import path
from tests.web.desk.test_undo import answers, send


def test_ones_own_settings_are_kept(desk: Desk, agent: Browser) -> None:
    given = {
        "undo_seconds": "5",
        "mailed": ["assigned", "nonsense"],
        "language": "de",
        "time_zone": "Europe/Berlin",
    }
    assert agent.post("/desk/me", "/desk/me", **given).status_code == 303
    with desk.database.reading() as session:
        person = session.get_one(Person, desk.bo.id)
        assert person.muted == ["new_ticket", "mentioned", "customer_replied"]
        assert (person.language, person.time_zone) == ("de", "Europe/Berlin")
    refused = agent.post("/desk/me", "/desk/me", **{**given, "time_zone": "Mars/Olympus"})
    assert refused.status_code == 422
    assert 'id="time_zone-problem"' in refused.text
    assert 'value="Mars/Olympus"' in refused.text


def test_ones_own_time_to_undo(desk: Desk, agent: Browser, clock: FakeClock) -> None:
    assert 'value="10"' in agent.get("/desk/me").text
    assert agent.post("/desk/me", "/desk/me", undo_seconds="0").status_code == 303
    send(agent, desk)
    assert [mail.next_attempt_at for mail in answers(desk)] == [clock.now]
    assert "Take it back" not in agent.get(path(desk)).text
    refused = agent.post("/desk/me", "/desk/me", undo_seconds="31")
    assert refused.status_code == 422
    assert "Choose 0 to 30 seconds." in refused.text
    assert 'value="31"' in refused.text


def test_what_was_handed_back_comes_back_from_ones_own_page(
    desk: Desk, agent: Browser, clock: FakeClock
) -> None:
    with desk.database.transaction() as session:
        assign(session, actor_of(desk.bo), desk.ticket.id, desk.bo.id, now=clock.now)
    clock.advance(minutes=1)
    assert "You handed back" not in agent.get("/desk/me").text
    answer = agent.post("/desk/me/away", "/desk/me", away="1", hand_back="1")
    assert answer.location.endswith("/desk/me")
    shown = agent.get("/desk/me").text
    toasts = shown.partition('id="toasts"')[2]
    assert "1 ticket: given to nobody." in toasts
    assert 'name="from_me"' in toasts
    # Also once the notice is gone.
    clock.advance(minutes=30)
    shown = agent.get("/desk/me").text
    assert "You handed back 1 ticket " in shown
    undo = re.search(r'action="(/desk/bulk/\d+/undo)"', shown)
    assert undo
    assert desk.reload().assignee_id is None
    answer = agent.post(undo[1], "/desk/me", from_me="1")
    assert answer.location.endswith("/desk/me")
    assert desk.reload().assignee_id == desk.bo.id
    assert "You handed back" not in agent.get("/desk/me").text

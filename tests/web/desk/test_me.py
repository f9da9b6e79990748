"""One's own settings."""

from __future__ import annotations

from helpdesk.models import Person
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

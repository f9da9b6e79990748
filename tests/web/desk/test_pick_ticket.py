"""The field that names another ticket."""

from __future__ import annotations

from tests.web.conftest import Browser, Desk
from tests.web.desk.conftest import path


def test_what_is_typed_leads_to_tickets(desk: Desk, agent: Browser) -> None:
    found = agent.get(f"/desk/tickets/meant?q={desk.ticket.number}").text
    assert f'data-number="{desk.ticket.number}"' in found
    assert agent.get("/desk/tickets/meant?q=nothingiscalledso").text.strip() == ""
    beside = f"/desk/tickets/meant?beside={desk.ticket.number}"
    assert f'data-pick-ticket="{beside}"' in agent.get(path(desk)).text
    assert f'data-number="{desk.ticket.number}"' not in agent.get(beside + "&q=TKT").text

"""A custom field beside a ticket, where its mailbox asks why."""

from __future__ import annotations

from helpdesk.actions.edit_custom_field import FieldDraft, add_custom_field
from helpdesk.models import Mailbox
from helpdesk.tickets.access import actor_of
from tests.support.clock import FakeClock
from tests.web.conftest import Browser, Desk


def test_a_reason_is_asked_and_nothing_typed_is_lost(
    desk: Desk, clock: FakeClock, agent: Browser
) -> None:
    with desk.database.transaction() as session:
        serial = FieldDraft("Serial")
        add_custom_field(session, actor_of(desk.ada), serial, now=clock.now)
        session.get_one(Mailbox, 1).asks_reason = True
    ticket = f"/desk/t/{desk.ticket.number}"
    refused = agent.post(f"{ticket}/custom/1", ticket, **{"field.1": "AB-12"})
    assert refused.status_code == 422
    assert 'value="AB-12"' in refused.text
    given = {"field.1": "AB-12", "reason": "It stands on the box"}
    assert agent.post(f"{ticket}/custom/1", ticket, **given).status_code == 303
    shown = agent.get(ticket).text
    assert "Serial: none → AB-12" in shown
    assert "It stands on the box" in shown

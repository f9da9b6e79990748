"""A custom field beside a ticket, where its mailbox asks why."""

from __future__ import annotations

from helpdesk.actions.edit_custom_field import FieldDraft, add_custom_field
from helpdesk.actions.set_mailbox_rights import set_mailbox_rights
from helpdesk.actions.set_up import add_mailbox
from helpdesk.actor import SYSTEM
from helpdesk.models import CustomValue, Mailbox
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


def test_a_field_that_is_hidden_is_one_that_does_not_exist(
    desk: Desk, clock: FakeClock, agent: Browser
) -> None:
    ada = actor_of(desk.ada)
    with desk.database.transaction() as session:
        okapi = add_mailbox(session, SYSTEM, "okapi@shop.example", name="Okapi", now=clock.now)
        hidden = FieldDraft("Okapi kind", mailbox_id=okapi.id)
        hidden_id = add_custom_field(session, ada, hidden, now=clock.now).id
        set_mailbox_rights(session, ada, desk.bo.id, {1: "answer"}, now=clock.now)
    ticket = f"/desk/t/{desk.ticket.number}"
    said = set()
    for field_id in (hidden_id, 99):
        answer = agent.post(f"{ticket}/custom/{field_id}", ticket, **{f"field.{field_id}": "x"})
        assert answer.status_code == 422
        notice = answer.text.partition('id="toasts"')[2].partition("</div>")[0]
        assert "Nothing was changed: this ticket has no such field." in notice
        said.add(notice)
    assert len(said) == 1
    with desk.database.reading() as session:
        assert session.get(CustomValue, (desk.ticket.id, hidden_id)) is None

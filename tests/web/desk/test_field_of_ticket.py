"""A custom field beside a ticket: where its mailbox asks why, and where two change it at once."""

from __future__ import annotations

import re

from werkzeug.test import TestResponse as TestAnswer

from helpdesk.actions.edit_custom_field import FieldDraft, add_custom_field
from helpdesk.actions.set_mailbox_rights import set_mailbox_rights
from helpdesk.actions.set_up import add_mailbox
from helpdesk.actor import SYSTEM
from helpdesk.models import CustomField, CustomValue, Mailbox
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


def seen_in(page: str, field_id: int) -> str:
    """What the field's form carries."""
    form = re.split(rf'action="[^"]+/custom/{field_id}"', page)[1].partition("</form>")[0]
    found = re.search(r'name="seen_custom" value="([^"]+)"', form)
    assert found
    return found[1]


def test_the_second_of_two_is_told_who_changed_it_meanwhile(
    desk: Desk, clock: FakeClock, agent: Browser, admin: Browser
) -> None:
    with desk.database.transaction() as session:
        ada = actor_of(desk.ada)
        add_custom_field(session, ada, FieldDraft("Serial"), now=clock.now)
        kinds = FieldDraft("Kind", kind="choice", choices=("Gift", "For us", "For friends"))
        add_custom_field(session, ada, kinds, now=clock.now)
    ticket = f"/desk/t/{desk.ticket.number}"

    def save(browser: Browser, field_id: int, value: str, seen: str = "") -> TestAnswer:
        with_seen = {"seen_custom": seen} if seen else {}
        typed = {f"field.{field_id}": value, **with_seen}
        return browser.post(f"{ticket}/custom/{field_id}", ticket, **typed)

    def stands() -> str:
        shown = admin.get(ticket).text
        return shown.partition("Serial</span>")[2].partition("</summary>")[0]

    seen = seen_in(agent.get(ticket).text, 1)
    clock.advance(minutes=5)
    assert save(admin, 1, "AB-12", seen).status_code == 303
    # The same once more is no conflict; something else is.
    assert save(agent, 1, "AB-12", seen).status_code == 303
    refused = save(agent, 1, "CD-34", seen)
    assert refused.status_code == 409
    panel = refused.text.partition('class="meanwhile"')[2].partition("</section>")[0]
    assert "Changed meanwhile by <bdi>Ada Lindgren</bdi>, <time" in panel
    assert "AB-12" in panel
    assert 'value="CD-34"' in refused.text
    assert ">Save anyway</button>" in refused.text
    assert "AB-12" in stands()
    assert save(agent, 1, "CD-34", seen_in(refused.text, 1)).status_code == 303
    assert "CD-34" in stands()
    # One's own second tab is told as well; what was only looked at undoes nothing.
    again = save(agent, 1, "", seen)
    assert "Changed meanwhile by you, on another page" in again.text
    assert "CD-34" in stands()
    # A choice is chosen with one click, and so it is anyway.
    seen = seen_in(agent.get(ticket).text, 2)
    save(admin, 2, "Gift", seen)
    refused = save(agent, 2, "For us", seen)
    assert refused.status_code == 409
    assert 'value="For us"><span>Save “<bdi>For us</bdi>” anyway</span></button>' in refused.text
    with desk.database.transaction() as session:
        row = session.get_one(CustomField, 2)
        row.choices = [{**one, "name": one["name"].upper()} for one in row.choices]
    # A choice that has another name now is the same.
    assert save(agent, 2, "FOR US", seen_in(refused.text, 2)).status_code == 303
    # A program that saw nothing is not asked.
    assert save(agent, 2, "GIFT").status_code == 303

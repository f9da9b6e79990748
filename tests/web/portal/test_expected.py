"""When an answer can be expected."""

from __future__ import annotations

from datetime import timedelta

from helpdesk.actions.create_ticket import TicketDraft, create_ticket
from helpdesk.actions.reply import Answer, reply
from helpdesk.actor import Actor
from tests.support.clock import FakeClock
from tests.web.conftest import Browser, Desk


def test_the_expected_time_is_what_was_and_else_nothing(
    desk: Desk, anonymous: Browser, clock: FakeClock
) -> None:
    page, began = f"/t/{desk.token()}", clock.now
    assert "usually answer" not in anonymous.get(page).text
    with desk.database.transaction() as session:
        for number in range(12):
            ticket = create_ticket(
                session,
                Actor(desk.ben.id, "customer"),
                TicketDraft(subject=f"No {number}", description="?"),
                now=began,
            )
            reply(
                session,
                Actor(desk.bo.id, "agent"),
                ticket.id,
                Answer("!"),
                now=began + timedelta(minutes=20 * number),
            )
    clock.now += timedelta(hours=1)
    assert "We usually answer within 2 hours." in anonymous.get(page).text
    clock.now += timedelta(hours=3)
    assert "It takes longer than usual this time" in anonymous.get(page).text
    with desk.database.transaction() as session:
        reply(session, Actor(desk.bo.id, "agent"), desk.ticket.id, Answer("!"), now=clock.now)
    assert "usual" not in anonymous.get(page).text

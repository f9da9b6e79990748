"""Comments, made ready to be shown."""

from __future__ import annotations

from helpdesk.actions.add_note import add_note
from helpdesk.actions.reply import Answer, reply
from helpdesk.actor import Actor
from tests.support.clock import FakeClock
from tests.web.conftest import Browser, Desk


def test_what_staff_typed_is_formatted_and_what_customers_wrote_is_text(
    desk: Desk, agent: Browser, clock: FakeClock
) -> None:
    bo, ann = Actor(desk.bo.id, "agent"), Actor(desk.ann.id, "customer")
    with desk.database.transaction() as session:
        reply(session, bo, desk.ticket.id, Answer("It is **here**."), now=clock.now)
        reply(session, ann, desk.ticket.id, Answer("Is it **here**? <b>"), now=clock.now)
        add_note(session, bo, desk.ticket.id, text="See https://carrier.example/1", now=clock.now)
    page = agent.get(f"/desk/t/{desk.ticket.number}").text
    assert "It is <strong>here</strong>." in page
    assert "Is it **here**? &lt;b&gt;" in page
    assert 'href="https://carrier.example/1"' in page


def test_files_stand_under_their_message(desk: Desk, agent: Browser) -> None:
    page = agent.get(f"/desk/t/{desk.ticket.number}").text
    assert page.count('<img src="/desk/') == 2, "the picture, in the message and in the note"
    assert "page.html" in page

"""Spam, trash and blocked senders on the desk's pages."""

from __future__ import annotations

from helpdesk.models import BlockedSender
from tests.support.factories import NOW
from tests.web.conftest import Browser, Desk

LIST = "/desk/mail/blocked"


def test_a_ticket_goes_to_spam_and_back_by_its_page(desk: Desk, agent: Browser) -> None:
    page = f"/desk/t/{desk.ticket.number}"
    agent.post(f"{page}/folder", page, folder="spam")
    assert desk.ticket.number in agent.get("/desk?view=spam").text
    assert desk.ticket.number not in agent.get("/desk?view=all").text
    shown = agent.get(page).text
    assert "In spam since" in shown
    assert "Block sender" in shown
    agent.post(f"{page}/folder", page, folder="inbox")
    assert desk.ticket.number in agent.get("/desk?view=all").text


def test_blocking_from_a_ticket_puts_its_sender_on_the_list(desk: Desk, agent: Browser) -> None:
    page = f"/desk/t/{desk.ticket.number}"
    agent.post(f"{page}/block", page, block="address")
    assert "ann@shop.example" in agent.get(LIST).text
    assert desk.ticket.number in agent.get("/desk?view=spam").text
    shown = agent.get(page).text
    assert "Its sender is blocked." in shown
    assert "Block sender" not in shown


def test_a_block_is_undone_where_it_was_made(desk: Desk, agent: Browser) -> None:
    page = f"/desk/t/{desk.ticket.number}"
    agent.post(f"{page}/block", page, block="address")
    shown = agent.get(page).text
    assert "Block domain" in shown
    undo = f"{LIST}/remove?ticket={desk.ticket.number}"
    assert undo in shown
    undone = agent.post(undo, page, rule=1)
    assert undone.location == page
    again = agent.get(page).text
    assert "is filed as any other" in again
    assert "Block sender" in again
    assert f"{LIST}/add?ticket={desk.ticket.number}" in again


def test_a_blocked_domain_is_not_offered_to_be_blocked(desk: Desk, agent: Browser) -> None:
    page = f"/desk/t/{desk.ticket.number}"
    agent.post(f"{page}/folder", page, folder="spam")
    assert "Block domain" in agent.get(page).text
    with desk.database.transaction() as session:  # our own domain nobody can block
        session.add(BlockedSender(address="@shop.example", added_at=NOW))
    shown = agent.get(page).text
    assert "Its sender is blocked." in shown
    assert "Block domain" not in shown


def test_the_list_of_blocked_senders(agent: Browser) -> None:
    assert "Nobody is blocked" in agent.get(LIST).text
    refused = agent.post(f"{LIST}/add", LIST, address="@gmail.com")
    assert refused.status_code == 422
    assert "block the single address" in refused.text
    assert 'value="@gmail.com"' in refused.text
    agent.post(f"{LIST}/add", LIST, address="@bad.example")
    assert "@bad.example" in agent.get(LIST).text
    agent.post(f"{LIST}/remove", LIST, rule=1)
    assert "Nobody is blocked" in agent.get(LIST).text


def test_an_answer_on_spam_is_refused_and_its_text_kept(desk: Desk, agent: Browser) -> None:
    page = f"/desk/t/{desk.ticket.number}"
    agent.post(f"{page}/folder", page, folder="spam")
    answer = agent.post(f"{page}/reply", page, comment="Who are you?")
    assert answer.status_code == 422
    assert "Who are you?" in answer.text
    assert "move it to the inbox first" in answer.text

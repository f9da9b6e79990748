"""A notice that offers to take an answer back goes with what it offers, and names its ticket."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, expect

from helpdesk.models import AfterSending, Ticket
from helpdesk.vocabulary import MessageKind
from tests.journeys.test_going_on import likes, three
from tests.journeys.test_two_at_once import zoe
from tests.support.story import Desk, Shop

__all__ = ["zoe"]

pytestmark = pytest.mark.browser


AGO = "{ const now = Date.now; Date.now = () => now() - 3600_000; }"
"""For this page the time to undo does not pass: a notice goes for no other reason."""


@pytest.fixture
def ticket(shop: Shop) -> Ticket:
    """One of three that wait for an answer, which may be taken back for half a minute."""
    likes(shop, AfterSending.STAY, 30)
    return three(shop, "Notice")[0]


def answered(desk: Desk, ticket: Ticket) -> Locator:
    """Answer it, on a page whose time to undo does not pass; the notice that offers to undo."""
    desk.page.goto(f"{desk.url}/desk/t/{ticket.number}")
    desk.page.evaluate(AGO)
    desk.reply("It comes today.")
    offered = desk.page.locator("#toasts .undo-toast")
    expect(offered).to_have_count(1)
    return offered


def test_it_goes_where_the_answer_is_taken_back_in_its_message(desk: Desk, ticket: Ticket) -> None:
    offered, page = answered(desk, ticket), desk.page
    page.get_by_role("button", name="Take it back").click()
    expect(page.locator("#toasts")).to_contain_text("Nothing was sent.")
    expect(offered).to_have_count(0)
    page.reload()
    expect(page.locator("#reply-text")).to_have_value("It comes today.")
    expect(offered).to_have_count(0)


def test_it_goes_where_a_colleague_takes_the_answer_back(
    shop: Shop, desk: Desk, zoe: Desk, ticket: Ticket
) -> None:
    offered = answered(desk, ticket)
    zoe.page.goto(f"{desk.url}/desk/t/{ticket.number}")
    zoe.page.get_by_role("button", name="Take it back").click()
    expect(zoe.page.locator("#toasts")).to_contain_text("Nothing was sent.")
    expect(desk.page.locator(".message.staff")).to_have_count(0)
    expect(offered).to_have_count(0)
    assert shop.comments(ticket)[-1].kind == MessageKind.TAKEN_BACK


def test_of_two_that_are_offered_each_is_known_by_its_ticket(desk: Desk, ticket: Ticket) -> None:
    offered, page = answered(desk, ticket), desk.page
    said = offered.locator("span:first-of-type")
    expect(said.first).to_have_text("Your answer is on its way.")
    page.goto(f"{desk.url}/desk/new")
    expect(said.first).to_have_text(f"{ticket.number}: Your answer is on its way.")
    page.get_by_label("I write to them").check()
    page.locator("[name=customer]").fill("eva.two@mail.example")
    page.locator("[name=subject]").fill("Your recall")
    page.locator("[name=description]").fill("Please send it in.")
    page.get_by_role("button", name="Send message").click()
    expect(page.locator("#ticket-subject")).to_have_text("Your recall")
    toasts = page.locator("#toasts")
    expect(toasts).to_contain_text(f"{ticket.number}: Your answer is on its way.")
    expect(toasts.get_by_text("Your message is on its way.", exact=True)).to_be_visible()

"""A notice that offers to take an answer back goes with what it offers, and names its ticket."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from helpdesk.models import AfterSending
from helpdesk.vocabulary import MessageKind
from tests.journeys.test_going_on import likes, three
from tests.journeys.test_two_at_once import zoe
from tests.support.story import Desk, Shop

__all__ = ["zoe"]

pytestmark = pytest.mark.browser


AGO = "{ const now = Date.now; Date.now = () => now() - 3600_000; }"
"""For this page the time to undo does not pass: a notice goes for no other reason."""


def test_it_goes_where_the_answer_is_taken_back_in_its_message(shop: Shop, desk: Desk) -> None:
    likes(shop, AfterSending.STAY, 30)
    tickets, page = three(shop, "Within"), desk.page
    page.goto(f"{desk.url}/desk/t/{tickets[0].number}")
    page.evaluate(AGO)
    desk.reply("It comes today.")
    offered = page.locator("#toasts .undo-toast")
    expect(offered).to_have_count(1)
    page.get_by_role("button", name="Take it back").click()
    expect(page.locator("#toasts")).to_contain_text("Nothing was sent.")
    expect(offered).to_have_count(0)
    page.reload()
    expect(page.locator("#reply-text")).to_have_value("It comes today.")
    expect(offered).to_have_count(0)


def test_it_goes_where_a_colleague_takes_the_answer_back(shop: Shop, desk: Desk, zoe: Desk) -> None:
    likes(shop, AfterSending.STAY, 30)
    tickets, page = three(shop, "Colleague"), desk.page
    page.goto(f"{desk.url}/desk/t/{tickets[0].number}")
    page.evaluate(AGO)
    desk.reply("It comes today.")
    offered = page.locator("#toasts .undo-toast")
    expect(offered).to_have_count(1)
    zoe.page.goto(f"{desk.url}/desk/t/{tickets[0].number}")
    zoe.page.get_by_role("button", name="Take it back").click()
    expect(zoe.page.locator("#toasts")).to_contain_text("Nothing was sent.")
    expect(page.locator(".message.staff")).to_have_count(0)
    expect(offered).to_have_count(0)
    assert shop.comments(tickets[0])[-1].kind == MessageKind.TAKEN_BACK


def test_of_two_that_are_offered_each_is_known_by_its_ticket(shop: Shop, desk: Desk) -> None:
    likes(shop, AfterSending.STAY, 30)
    tickets, page = three(shop, "Two"), desk.page
    page.goto(f"{desk.url}/desk/t/{tickets[0].number}")
    desk.reply("It comes today.")
    said, answered = page.locator("#toasts .undo-toast span:first-of-type"), tickets[0].number
    expect(said.first).to_have_text("Your answer is on its way.")
    page.goto(f"{desk.url}/desk/new")
    expect(said.first).to_have_text(f"{answered}: Your answer is on its way.")
    page.get_by_label("I write to them").check()
    page.locator("[name=customer]").fill("eva.two@mail.example")
    page.locator("[name=subject]").fill("Your recall")
    page.locator("[name=description]").fill("Please send it in.")
    page.get_by_role("button", name="Send message").click()
    expect(page.locator("#ticket-subject")).to_have_text("Your recall")
    toasts = page.locator("#toasts")
    expect(toasts).to_contain_text(f"{answered}: Your answer is on its way.")
    expect(toasts.get_by_text("Your message is on its way.", exact=True)).to_be_visible()

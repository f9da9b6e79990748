"""What is half typed beside a ticket, the place in it, and what the server refuses, are kept."""

from __future__ import annotations

import pytest
from playwright.sync_api import Route, expect

from helpdesk.models import AfterSending
from tests.journeys.test_going_on import is_on, likes, three
from tests.support.servers import wait_until
from tests.support.story import Desk, Shop

pytestmark = pytest.mark.browser


def test_a_field_is_there_again_on_return(shop: Shop, desk: Desk) -> None:
    page = desk.page
    first, second = three(shop, "Halves")[:2]
    desk.open_view("open")
    desk.open_ticket("Halves 0")
    is_on(page, "Halves 0")
    subject, item = page.locator('[data-change="subject"]'), page.get_by_label("Add a thing to do")
    subject.locator("summary").click()
    subject.locator("input[name=subject]").fill("A wheel")
    page.keyboard.press("Escape")  # this one is withdrawn
    item.fill("Ask the smith")
    item.press("Escape")
    page.keyboard.press("j")
    is_on(page, "Halves 1")
    told = page.locator("#toasts .toast", has_text=f"Half-typed on {first.number}")
    expect(told).to_contain_text("“Add a thing to do”. It is there")
    told.get_by_role("link", name="Go back").click()
    is_on(page, "Halves 0")
    expect(item).to_have_value("Ask the smith")
    expect(subject).not_to_have_attribute("open", "")
    item.press("Enter")
    expect(page.locator(".checklist-box")).to_have_text(["Ask the smith"])
    # In a panel that stands open, by a link, and after a load.
    subject.locator("summary").click()
    subject.locator("input[name=subject]").fill("Wheels")
    page.goto(f"{desk.url}/desk/t/{second.number}")
    page.goto(f"{desk.url}/desk/t/{first.number}")
    expect(subject.locator("input[name=subject]")).to_have_value("Wheels")
    expect(subject.locator("input[name=subject]")).to_be_visible()
    expect(subject.locator("input[name=subject]")).not_to_be_focused()
    subject.locator("button").click()
    is_on(page, "Wheels")
    page.locator("body").press("j")
    is_on(page, "Halves 1")
    expect(page.locator("#toasts")).not_to_contain_text("Half-typed")


def test_a_reload_keeps_the_place_in_a_long_conversation(shop: Shop, desk: Desk) -> None:
    page = desk.page
    ann = shop.customer("ann.long@mail.example")
    ticket = shop.ticket_of(ann.writes("A long one", "\n".join(f"Line {n}" for n in range(200))))
    page.goto(f"{desk.url}/desk/t/{ticket.number}")
    messages = page.locator("#messages")
    end = messages.evaluate("one => one.scrollTop")
    assert end > 300
    messages.evaluate("one => one.scrollTo(0, 120)")
    page.reload()
    page.wait_for_timeout(200)
    assert messages.evaluate("one => one.scrollTop") == 120
    page.goto(f"{desk.url}/desk")
    page.goto(f"{desk.url}/desk/t/{ticket.number}")
    assert messages.evaluate("one => one.scrollTop") == end


def test_an_error_of_the_server_leads_back_to_the_words(shop: Shop, desk: Desk) -> None:
    likes(shop, AfterSending.NEXT, 0)
    page = desk.page
    first = three(shop, "Broken")[0]

    def fail(route: Route) -> None:
        route.fulfill(status=500, content_type="text/html", body="<h1>Something broke</h1>")

    page.route("**/reply", fail)
    desk.open_view("open")
    desk.open_ticket("Broken 0")
    page.locator("#reply-text").fill("Dear Ann, it is mended.")
    page.locator("#reply-text").press("Control+Enter")
    expect(page.locator("#toasts")).to_contain_text("Not sent")
    is_on(page, "Broken 0")
    expect(page.locator("#reply-text")).to_have_value("Dear Ann, it is mended.")
    page.unroute("**/reply")
    page.locator("#reply-text").press("Control+Enter")
    is_on(page, "Broken 1")

    def texts() -> list[str]:
        return [one.text for one in shop.comments(first)]

    wait_until("it was taken", lambda: "Dear Ann, it is mended." in texts())
    assert texts().count("Dear Ann, it is mended.") == 1

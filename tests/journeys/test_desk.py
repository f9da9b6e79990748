"""A day at the desk: finding tickets, a call on the phone, a new colleague."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.support.browsing import watch
from tests.support.story import PASSWORD, Desk, Shop, text_of

pytestmark = pytest.mark.browser


def test_search_filter_and_clear(shop: Shop, desk: Desk) -> None:
    for name in ("Greta", "Hugo"):
        customer = shop.customer(f"{name.lower()}.find@mail.example", name)
        shop.ticket_of(customer.writes(f"{name}'s samovar", "It whistles like a locomotive.\n"))
    page, rows = desk.page, desk.page.locator(".row")
    desk.open_view("open")
    page.keyboard.press("/")
    page.keyboard.type("locomotive greta")
    page.keyboard.press("Enter")
    expect(rows).to_have_count(1)
    expect(rows.locator("mark").first).to_have_text("Greta")
    assert "status=" not in page.url, "what was not asked for stays out of the address"

    desk.open_ticket("Greta's samovar")
    page.keyboard.press("p")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    expect(page.locator(".history").first).to_contain_text("Priority: Medium → High")
    page.locator(".change-toast").get_by_text("Say why").click()
    page.get_by_label("Why").fill("They called twice")
    page.keyboard.press("Enter")
    expect(page.locator(".history").first).to_contain_text("They called twice")

    desk.open_view("open")
    page.locator(".filters > summary[aria-label=Filter]").click()
    page.get_by_role("combobox", name="Priority").select_option("high")
    page.get_by_role("button", name="Show tickets").click()
    expect(rows).to_have_count(1)
    page.get_by_role("link", name="Clear").click()
    expect(page).to_have_url(re.compile(r"/desk\?view=open$"))
    expect(rows.nth(1)).to_be_visible()


def test_finding_without_scripts(shop: Shop, browser: Browser) -> None:
    ida = shop.customer("ida.find@mail.example", "Ida")
    ticket = shop.ticket_of(ida.writes("A broken zither"))
    context = browser.new_context(java_script_enabled=False)
    wrong: list[str] = []
    watch(context, wrong)
    page = context.new_page()
    Desk(page, shop.postdesk.url).sign_in()
    page.get_by_role("searchbox").fill("zither is:open")
    page.locator(".filters > summary[aria-label=Filter]").click()
    page.get_by_label("Assignee").select_option("none")
    page.get_by_role("button", name="Show tickets").click()
    expect(page.locator(".row-link")).to_have_attribute("href", f"/desk/t/{ticket.number}")
    page.locator(".narrowed").get_by_role("link", name="Assignee: Nobody").click()
    assert "assignee" not in page.url
    expect(page.locator(".row")).to_have_count(1)
    assert not wrong
    context.close()


def test_somebody_calls(shop: Shop, desk: Desk) -> None:
    page = desk.page
    page.goto(f"{desk.url}/desk/new")
    page.get_by_label("Customer’s email").fill("jon.calls@mail.example")
    page.get_by_label("Their name").fill("Jon")
    page.get_by_label("Subject").fill("The stove clicks")
    page.get_by_label("What they need").fill("It clicks and does not light.")
    page.get_by_label("Category").select_option("product")
    page.get_by_label("Priority").select_option("urgent")
    page.get_by_role("button", name="Open ticket").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("The stove clicks")
    number = page.url.rpartition("/")[2]
    told = shop.customer("jon.calls@mail.example").receives(number)
    assert re.search(r"http://\S+/t/[a-z0-9]+", text_of(told)), "they can follow it"
    desk.open_view("open")
    expect(page.locator(".row").first).to_contain_text("The stove clicks")
    expect(page).to_have_title("Open · Postdesk")


def test_a_colleague_begins(shop: Shop, desk: Desk, browser: Browser, page: Page) -> None:
    shop.postdesk.command(
        "person", "add", "boss@shop.example", "--role", "admin", "--password-stdin", stdin=PASSWORD
    )
    page.context.clear_cookies()
    desk.sign_in("boss@shop.example")
    page.get_by_role("link", name="Settings", exact=True).click()
    page.get_by_label("Email").fill("kim@shop.example")
    page.get_by_label("Name", exact=True).fill("Kim Vale")
    page.get_by_role("button", name="Add person").click()
    password = page.locator(".password code").inner_text()

    context = browser.new_context()
    kim = Desk(context.new_page(), shop.postdesk.url)
    kim.sign_in("kim@shop.example", password)
    expect(kim.page.get_by_role("heading", level=1)).to_contain_text("Open")
    expect(kim.page.locator(".me-name")).to_have_text("Kim Vale")
    expect(kim.page.get_by_role("link", name="Settings", exact=True)).to_have_count(0)

    page.get_by_role("button", name="Deactivate …").click()
    page.get_by_role("button", name="Deactivate").click()
    expect(page.locator("h1")).to_contain_text("Deactivated")
    kim.page.goto(f"{kim.url}/desk")
    expect(kim.page).to_have_url(re.compile("/desk/login"))
    context.close()

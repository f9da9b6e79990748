"""A list sorted by keys alone, as it is heard: names, roles, states, what is said, the focus."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.test_selection import furnish
from tests.support.story import Desk, Shop

pytestmark = pytest.mark.browser


def focus_is(page: Page, role: str, name: str) -> None:
    """Whoever hears the page is at this: never at nothing, as after a swap that lost the focus."""
    at = page.locator(":focus")
    expect(at).to_have_count(1)
    expect(at).to_have_accessible_name(re.compile(name))
    expect(at).to_have_role(role)  # type: ignore[arg-type]


def says(page: Page, words: str) -> None:
    """What is told without being looked for."""
    expect(page.get_by_role("status").filter(has_text=words)).to_have_count(1)


def in_the_list(page: Page) -> None:
    press = page.keyboard.press
    rows, bar = page.get_by_role("list", name="Tickets"), page.get_by_role("form")
    expect(rows.get_by_role("listitem")).to_have_count(4)
    press("j")
    focus_is(page, "link", "By ear")
    press("x")
    focus_is(page, "link", "By ear")
    expect(rows.get_by_role("checkbox", checked=True)).to_have_accessible_name(
        re.compile("^Select TKT")
    )
    says(page, "1 selected")
    press("j")
    press("X")
    says(page, "2 selected")
    expect(bar).to_have_accessible_name("Selected tickets")
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile("^Open"))
    press("m")
    focus_is(page, "button", "By ear")
    press("Escape")
    says(page, "2 selected")
    press("p")
    focus_is(page, "button", "^Urgent$")
    expect(page.get_by_role("group", name="Priority").last).to_be_visible()
    press("ArrowDown")
    focus_is(page, "button", "^High$")
    press("Enter")
    says(page, "2 tickets: priority high.")
    focus_is(page, "link", "By ear")
    expect(rows.get_by_role("button", name="High priority")).to_have_count(2)
    press("a")
    focus_is(page, "button", "^Me$")
    press("Enter")
    says(page, "2 tickets: given to agent.")
    focus_is(page, "link", "By ear")
    expect(rows.get_by_role("button", name="Assigned to agent")).to_have_count(2)
    press("Escape")
    expect(bar).to_have_count(0)
    focus_is(page, "link", "By ear")
    press("p")
    expect(page.get_by_role("dialog", name="Change this ticket")).to_be_visible()
    focus_is(page, "button", "^Urgent$")
    press("Escape")
    focus_is(page, "link", "By ear")


def on_a_ticket(page: Page) -> None:
    press = page.keyboard.press
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile("By ear"))
    press("n")
    focus_is(page, "textbox", "^Internal note$")
    page.keyboard.type("The boiler, again.")
    press("Control+Enter")
    expect(page.get_by_role("article", name="Internal note by agent")).to_have_count(1)
    press("p")
    focus_is(page, "button", "^High")
    expect(page.locator(":focus")).to_have_attribute("aria-current", "true")
    press("ArrowUp")
    focus_is(page, "button", "^Urgent$")
    press("Enter")
    says(page, "Priority is urgent now.")
    expect(page.locator("summary:focus")).to_have_text(re.compile("Priority"))


def on_and_back(page: Page) -> None:
    """An answer, and on to the next; that one resolved, and on; and back to the row."""
    press = page.keyboard.press
    first = page.get_by_role("heading", level=1).inner_text()
    press("r")
    focus_is(page, "textbox", "^Your answer to kim$")
    page.keyboard.type("Dear Kim, we look into it.")
    press("Control+Shift+Enter")
    expect(page.get_by_role("heading", level=1)).not_to_have_text(first)
    says(page, "answer")
    page.wait_for_timeout(400)  # heard: who presses keys at once types on
    second = page.get_by_role("heading", level=1).inner_text()
    press("e")
    says(page, "resolved")
    press("j")
    expect(page.get_by_role("heading", level=1)).not_to_have_text(second)
    third = page.get_by_role("heading", level=1).inner_text()
    press("u")
    focus_is(page, "link", third)
    expect(page.get_by_role("list", name="Tickets").get_by_role("listitem")).to_have_count(2)


def test_a_triage_by_keys_as_it_is_heard(shop: Shop, desk: Desk) -> None:
    furnish(shop, "By ear", 4)
    page, press = desk.page, desk.page.keyboard.press
    page.goto(f"{desk.url}/desk?view=open&q=%22By+ear%22")
    in_the_list(page)
    press("o")
    page.locator("#messages").wait_for()
    on_a_ticket(page)
    on_and_back(page)

"""Whatever is sent from a ticket's page, what is being written on it is there afterwards."""

from __future__ import annotations

import pytest
from playwright.sync_api import Error, Page, expect
from werkzeug.routing import Rule

from helpdesk.settings import load
from tests.support.story import Desk, Shop
from web.app import create_app

pytestmark = pytest.mark.browser

SEND = """(address) => {
  const form = document.createElement("form");
  form.method = "post";
  form.action = address;
  form.append(document.querySelector('input[name="csrf_token"]').cloneNode());
  document.getElementById("screen").append(form);
  window.shown = new Promise(
    (shown) => document.addEventListener("postdesk:show", () => shown(), { once: true }));
  form.requestSubmit();
}"""
NO_PAGE = ("desk.say_presence",)
"""Answers nothing that a browser would show."""
VALUES = {"kind": "note", "theme": "dark", "language": "en"}


def posts(shop: Shop) -> list[Rule]:
    """Every address of the desk, and of all pages, that something can be sent to."""
    app = create_app(load(shop.postdesk.environment))
    rules = app.url_map.iter_rules()
    return [
        rule
        for rule in rules
        if "POST" in (rule.methods or ())
        and rule.endpoint.startswith(("desk.", "theme"))
        and rule.endpoint not in NO_PAGE
    ]


def address_of(rule: Rule, number: str) -> str:
    values = {"number": number, **VALUES}
    given = {name: values.get(name, 1) for name in rule.arguments}
    return str(rule.build(given)[1])  # type: ignore[index]


def settled(page: Page) -> None:
    """Wait until what was sent led to a page in this one's place, or to one that was loaded."""
    try:
        page.evaluate("window.shown")
    except Error:  # the page that was asked is gone
        page.wait_for_load_state()


def lead(page: Page, address: str) -> None:
    """Open a page, once more where the one that was on its way came in its place."""
    for _ in range(3):
        try:
            page.goto(address, timeout=15_000)
        except Error:
            continue
        return
    page.goto(address)


@pytest.mark.timeout(600)
def test_what_is_being_written_outlives_every_form(own_shop: Shop, page: Page) -> None:
    shop, desk = own_shop, Desk(page, own_shop.postdesk.url)
    number = shop.ticket_of(shop.customer("ann@mail.example", "Ann").writes("Every form")).number
    desk.sign_in()
    rules = posts(shop)
    assert len(rules) > 60
    page.goto(f"{desk.url}/desk/t/{number}")
    for index, rule in enumerate(rules):
        words = f"Dear Ann, this is sentence {index}."
        page.locator("#reply-text").fill(words)
        address = f"{desk.url}{address_of(rule, number)}"
        page.evaluate(SEND, address)
        settled(page)
        lead(page, f"{desk.url}/desk/t/{number}")
        if "login" in page.url:  # that form signed out
            desk.sign_in()
            lead(page, f"{desk.url}/desk/t/{number}")
        expect(page.locator("#reply-text"), str(rule)).to_have_value(words)

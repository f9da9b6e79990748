"""A status that was chosen with an answer, and that the ticket cannot have any more."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.journeys.test_two_at_once import zoe
from tests.support.browsing import assert_accessible, assert_fits
from tests.support.story import Desk, Shop

__all__ = ["zoe"]

pytestmark = pytest.mark.browser

LOST = "“In progress” is not possible any more: the ticket is resolved"


def test_what_was_chosen_is_kept_or_said(shop: Shop, desk: Desk, zoe: Desk) -> None:
    ticket = shop.ticket_of(shop.customer("ann.chosen@mail.example", "Ann").writes("Chosen"))
    page, address = desk.page, f"{desk.url}/desk/t/{ticket.number}"
    menu, said = page.get_by_label("Status after sending"), page.locator("#lost-status")
    page.goto(address)
    page.locator("#reply-text").fill("Dear Ann")
    menu.select_option("in_progress")
    page.locator("#reply-text").focus()
    zoe.page.goto(address)
    zoe.page.get_by_role("button", name="Resolve", exact=True).click()
    expect(said).to_have_text(LOST)
    expect(menu).to_have_value("resolved")
    for width in (1440, 390):
        page.set_viewport_size({"width": width, "height": 844})
        assert_fits(page)
    page.set_viewport_size({"width": 1280, "height": 800})
    assert_accessible(page)
    # Another change does not forget it; a status from which it can be had brings it back.
    zoe.page.goto(address)
    zoe.page.locator('[data-change="priority"] summary').click()
    zoe.page.get_by_role("button", name="High").click()
    expect(page.locator("#ticket-line")).to_contain_text("High")
    expect(said).to_have_text(LOST)
    page.locator(".reply-form [data-send]").click()
    expect(page.locator("#reply-problem")).to_contain_text(f"{LOST}.")
    expect(said).to_have_text(LOST)
    expect(page.locator(".reply-form [data-draft-state]")).to_have_text("Draft kept")
    page.reload()
    expect(said).to_have_text(LOST)
    zoe.page.locator('[data-change="status"] summary').click()
    zoe.page.locator('[data-change="status"] button[value="open"]').click()
    expect(menu).to_have_value("in_progress")
    expect(said).to_be_empty()


def test_who_chooses_something_else_is_told_no_more(shop: Shop, desk: Desk, zoe: Desk) -> None:
    ticket = shop.ticket_of(shop.customer("ann.else@mail.example", "Ann").writes("Else"))
    page, address = desk.page, f"{desk.url}/desk/t/{ticket.number}"
    menu, said = page.get_by_label("Status after sending"), page.locator("#lost-status")
    page.goto(address)
    page.locator("#reply-text").focus()
    menu.select_option("in_progress")  # before a word is written: no draft knows of it
    page.locator("#reply-text").focus()
    zoe.page.goto(address)
    zoe.page.get_by_role("button", name="Resolve", exact=True).click()
    expect(said).to_have_text(LOST)
    menu.select_option("closed")
    expect(said).to_be_empty()
    page.locator("#reply-text").fill("Dear Ann")
    expect(page.locator(".reply-form [data-draft-state]")).to_have_text("Draft kept")
    page.reload()
    expect(menu).to_have_value("closed")
    expect(said).to_be_empty()

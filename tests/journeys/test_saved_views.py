"""A search saved as a view, shared, used by a colleague, and taken back."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.support.browsing import assert_accessible
from tests.support.story import PASSWORD, Desk, Shop

pytestmark = pytest.mark.browser


def test_a_saved_view_is_shared(shop: Shop, desk: Desk, browser: Browser) -> None:
    shop.postdesk.command(
        "person", "add", "vera@shop.example", "--name", "Vera", "--role", "agent",
        "--password-stdin", stdin=PASSWORD,
    )  # fmt: skip
    writer = shop.customer("samovar@mail.example")
    for words in ("Samovar leaks", "Samovar late", "Teapot late"):
        shop.ticket_of(writer.writes(words))
    page = desk.page
    desk.open_view("all")
    # By the keyboard: an operator is suggested, then a word is added.
    page.locator("#search").press_sequentially("subj")
    expect(page.locator("#search-list [role=option]")).to_have_count(1)
    assert_accessible(page, state="a search with suggestions")
    page.locator("#search").press("ArrowDown")
    page.locator("#search").press("Enter")
    page.locator("#search").press_sequentially("samovar")
    page.locator("#search").press("Enter")
    expect(page.locator(".row")).to_have_count(2)
    expect(page.locator(".hits")).to_have_text("2 found")
    page.get_by_role("link", name="Save as view").first.click()
    page.locator("input[name=name]").fill("Samovars")
    page.locator("input[name=shared]").check()
    page.get_by_role("button", name="Save").click()
    expect(page.locator("h1")).to_contain_text("Samovars")

    vera = browser.new_context().new_page()
    colleague = Desk(vera, desk.url)
    colleague.sign_in("vera@shop.example")
    expect(vera.locator("#views a", has_text="Samovars")).to_be_visible()
    vera.wait_for_load_state()
    vera.keyboard.press("v")
    vera.keyboard.press("1")
    expect(vera.locator("h1")).to_contain_text("Samovars")
    expect(vera.locator(".row")).to_have_count(2)
    expect(count_of(vera, "Samovars")).to_have_text(", 2")
    expect(vera.get_by_role("link", name="Edit view")).to_have_count(0)

    page.get_by_role("link", name="Edit view").click()
    page.get_by_role("button", name="Delete").click()
    expect(page.locator("#toasts")).to_contain_text("“Samovars” is deleted.")
    page.locator("#toasts button", has_text="Undo").click()
    expect(page.locator("h1")).to_contain_text("Samovars")
    vera.context.close()


def count_of(page: Page, view: str) -> Locator:
    """Where a view's count stands at the side."""
    return page.locator("#views a", has_text=view).locator(".count:not(.not-read)")

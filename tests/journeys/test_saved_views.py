"""A search saved as a view, shared, used by a colleague, and taken back."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.support.browsing import assert_accessible
from tests.support.servers import wait_until
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
    shown = vera.locator("#views a", has_text="Samovars")
    # A process of the web remembers for some seconds what views there are.
    wait_until("she has it too", lambda: shown.count() > 0 or vera.reload() is None)
    vera.wait_for_load_state()

    def is_gone_to() -> bool:
        vera.keyboard.press("v")
        vera.keyboard.press("1")  # heard within 1.5 s, which a busy machine may miss
        vera.wait_for_timeout(500)
        return "Samovars" in vera.locator("h1").inner_text()

    wait_until("the keys lead to it", is_gone_to)
    expect(vera.locator(".row")).to_have_count(2)

    def is_counted() -> bool:  # by a process that knows the view
        vera.wait_for_timeout(3000)
        told = "".join(count_of(vera, "Samovars").all_text_contents())
        return told.strip(" ,\n") == "2" or vera.reload() is None

    wait_until("its tickets are counted", is_counted)
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


def test_a_field_of_ones_own_from_settings_to_a_view(
    shop: Shop, desk: Desk, browser: Browser
) -> None:
    shop.postdesk.command(
        "person", "add", "fay@shop.example", "--role", "admin", "--password-stdin", stdin=PASSWORD,
    )  # fmt: skip
    admin = browser.new_context().new_page()
    Desk(admin, desk.url).sign_in("fay@shop.example")
    admin.goto(f"{desk.url}/desk/custom-fields")
    form = admin.locator("form", has=admin.get_by_role("button", name="Add field"))
    form.locator("[name=name]").fill("Order kind")
    form.locator("[name=kind]").select_option("choice")
    form.locator("[name=choices]").fill("Gift\nFor us")
    form.get_by_role("button", name="Add field").click()
    expect(admin.locator("#toasts")).to_contain_text("order-kind:")
    admin.context.close()

    writer, page = shop.customer("ida@mail.example"), desk.page
    for words in ("Ida's vase", "Ida's bowl", "Ida's cup"):
        shop.ticket_of(writer.writes(words))
    desk.open_view("open")
    desk.open_ticket("Ida's vase")
    field = page.locator("details.change", has_text="Order kind")
    # A process of the web remembers for some seconds what fields there are.
    wait_until("the field is there", lambda: field.count() > 0 or page.reload() is None)
    field.locator("summary").click()
    field.get_by_role("button", name="Gift").click()
    expect(field.locator(".change-value")).to_have_text("Gift")
    desk.open_view("all")
    kinds = page.locator('.bulk-part[data-change="custom"]')
    wait_until("it is offered", lambda: kinds.count() > 0 or page.reload() is None)
    for words in ("Ida's bowl", "Ida's cup"):
        page.locator(".row", has_text=words).locator("input[name=ticket]").check()
    page.locator(".bulk-more > summary").click()
    kinds.locator("> summary").click()
    page.locator(".bulk-field > summary", has_text="Order kind").click()
    assert_accessible(page, state="a field for many tickets")
    page.locator(".bulk-field[open]").get_by_role("button", name="For us").click()
    expect(page.locator("#bulk")).to_contain_text("2 tickets: Order kind: For us.")
    page.keyboard.press("Escape")

    page.locator("#search").fill('order-kind:"for us"')
    page.locator("#search").press("Enter")
    page.wait_for_url("**q=order-kind*")
    rows = page.locator(".row")
    # The other process of the web may not know the field yet.
    wait_until("both are found", lambda: rows.count() == 2 or page.reload() is None)
    page.get_by_role("link", name="Save as view").first.click()
    page.locator("input[name=name]").fill("For us")
    page.get_by_label("Order kind").check()
    page.get_by_role("button", name="Save").click()
    expect(page.locator("h1")).to_contain_text("For us")
    expect(page.locator(".row .row-field", has_text="For us")).to_have_count(2)

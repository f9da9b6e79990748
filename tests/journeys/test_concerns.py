"""A colleague is named in a note, hears of it at once, and lands at the message."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.journeys.test_two_at_once import zoe
from tests.support.browsing import assert_accessible, assert_fits
from tests.support.story import Desk, Shop

pytestmark = pytest.mark.browser

__all__ = ["zoe"]


def test_from_an_at_to_the_message(shop: Shop, desk: Desk, zoe: Desk) -> None:
    ticket = shop.ticket_of(shop.customer("ann.named@mail.example", "Ann").writes("Who knows?"))
    zoe.open_view("unassigned")
    expect(zoe.page).to_have_title("Unassigned · Postdesk")
    icon = zoe.page.locator("#icon")
    plain = icon.get_attribute("href")
    desk.page.set_viewport_size({"width": 360, "height": 700})
    desk.page.goto(f"{desk.url}/desk/t/{ticket.number}")

    # By keys: Esc closes the list alone, and the name goes on being typed.
    desk.page.locator(".tab-note").click()
    note, names = desk.page.locator("#note-text"), desk.page.locator("#names")
    note.press_sequentially("ann@zo is no name, (@z")
    expect(names.get_by_role("option")).to_have_count(1)
    expect(desk.page.locator("#names-said")).to_have_text("1 colleague")
    expect(note).to_have_attribute("aria-activedescendant", "names-0")
    expect(names.get_by_role("option", selected=True)).to_contain_text("Zoe Ray")
    assert_accessible(desk.page)
    assert_fits(desk.page)
    note.press("Escape")
    expect(names).to_be_hidden()
    expect(note).to_be_focused()
    note.press_sequentially(") @")
    note.press("ArrowUp")
    note.press("ArrowDown")
    expect(names).to_be_visible()
    note.press_sequentially("zo")
    note.press("Enter")
    expect(note).to_have_value("ann@zo is no name, (@z) @zoe ")
    note.press_sequentially("knows.\n")

    # The name that is nobody's is said first; nothing of the text is lost.
    note.press("Control+Enter")
    expect(desk.page.locator("#note-problem")).to_contain_text("“@z” is nobody of staff")
    expect(note).to_have_value("ann@zo is no name, (@z) @zoe knows.\n")
    assert_fits(desk.page)
    desk.page.get_by_role("button", name="Add the note anyway").click()
    desk.page.locator(".message.note", has_text="knows.").wait_for()
    assert shop.comments(ticket)[-1].text.endswith("@zoe knows.")

    # Zoe's tab tells her, without a click; the list leads to the message, and that is then seen.
    expect(zoe.page).to_have_title("(1) Unassigned · Postdesk")
    assert icon.get_attribute("href") != plain
    zoe.page.get_by_role("link", name="Concerns me").click()
    expect(zoe.page.locator(".concern.unseen")).to_contain_text("mentions you in a note")
    assert_accessible(zoe.page)
    for key in "jo":
        zoe.page.keyboard.press(key)
    message = zoe.page.locator(".message.note", has_text="knows.")
    expect(message).to_be_in_viewport()
    assert zoe.page.url.endswith(f"#c{shop.comments(ticket)[-1].id}")
    expect(zoe.page).to_have_title("Who knows? · Postdesk")
    expect(icon).to_have_attribute("href", str(plain))
    expect(message).to_be_focused()
    zoe.page.keyboard.press("u")
    expect(zoe.page.get_by_role("link", name="Who knows?")).to_be_focused()
    zoe.page.keyboard.press("u")
    expect(zoe.page).to_have_title("Unassigned · Postdesk")

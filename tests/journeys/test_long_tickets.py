"""A ticket with very many messages: whoever is led to an old one comes to it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from playwright.sync_api import expect

from tests.support.browsing import assert_accessible, assert_fits
from tests.support.long_tickets import add_many
from tests.support.story import Desk, Shop

pytestmark = pytest.mark.browser


def test_an_old_message_is_reached(shop: Shop, desk: Desk) -> None:
    page, now = desk.page, datetime.now(UTC)
    ann = shop.customer("ann.many@mail.example", "Ann")
    ticket = shop.ticket_of(ann.writes("So many"))
    with shop.database.transaction() as session:
        ids = add_many(session, ticket.id, ticket.requester_id, 300, now)
    address = f"{desk.url}/desk/t/{ticket.number}"

    # From a mail, or a list: a message that the page leaves out.
    page.goto(f"{address}#c{ids[3]}", wait_until="commit")
    expect(page.locator(f"#c{ids[3]}")).to_be_focused()
    expect(page.locator(f"#c{ids[3]}")).to_be_in_viewport()
    assert page.url == f"{address}?shown=all#c{ids[3]}"
    # One that is nowhere leads to no loop.
    page.goto(f"{address}#c999999999", wait_until="commit")
    page.wait_for_url(f"{address}?shown=all#c999999999")
    expect(page.locator("[data-message]")).to_have_count(301)

    # By keys: a hundred more, the oldest of them first.
    page.goto(address)
    line = page.locator(".between")
    expect(line).to_contain_text("260 messages between are not shown.")
    assert_accessible(page)
    page.locator("#reply-text").fill("Half an answer")
    line.get_by_role("link", name="Show 100 earlier ones").focus()
    page.keyboard.press("Enter")
    page.wait_for_url(f"{address}?shown=140#c{ids[-140]}")
    expect(page.locator(f"#c{ids[-140]}")).to_be_in_viewport()
    expect(page.locator("#reply-text")).to_have_value("Half an answer")
    expect(line).to_contain_text("160 messages between")

    # What others do takes nothing of it away, and what is new leaves it there.
    ann.answers(ann.receives(ticket.number), "And one more")
    page.locator("#meanwhile a").click()
    expect(page.locator(".message", has_text="And one more")).to_be_visible()
    expect(page.locator("#messages [data-message]")).to_have_count(141)

    page.set_viewport_size({"width": 390, "height": 800})
    page.goto(address)
    expect(line).to_be_visible()
    assert_fits(page)
    assert_accessible(page)

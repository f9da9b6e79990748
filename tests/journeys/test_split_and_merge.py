"""Split and merge and back: every message and everybody is where they were, and answers follow."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from helpdesk.models import Participant, Ticket
from tests.support.story import Desk, Shop

pytestmark = pytest.mark.browser


def people_on(shop: Shop, ticket: Ticket) -> set[int]:
    with shop.database.reading() as session:
        on_it = select(Participant.person_id).where(Participant.ticket_id == ticket.id)
        return set(session.scalars(on_it))


def words_on(shop: Shop, ticket: Ticket) -> list[str]:
    return [one.text.strip() for one in shop.comments(ticket)]


def undo(page: Page) -> None:
    page.locator(".toast").get_by_role("button", name="Undo").last.click()


def test_split_and_merge_and_back(shop: Shop, desk: Desk) -> None:
    page, ann = desk.page, shop.customer("ann.splits@mail.example", "Ann")
    desk.set_undo(0)
    first = ann.writes("My kettle leaks", "It leaks at the bottom.")
    old = shop.ticket_of(first)
    desk.open_view("open")
    desk.open_ticket("My kettle leaks")
    desk.reply("We send a seal.")
    sent = ann.receives("We send a seal.")
    invoice = ann.answers(sent, "And where is my invoice?")
    shop.wait_until_filed(str(invoice["Message-ID"]).strip("<>"))
    page.reload()
    before, people = words_on(shop, old), people_on(shop, old)

    page.locator(".message").last.get_by_title("More about this message").click()
    page.get_by_role("link", name="Split from here").click()
    expect(page.get_by_role("checkbox", checked=True)).to_have_count(1)
    page.get_by_label("Subject of the new ticket").fill("Ann's invoice")
    page.get_by_role("button", name="Split off").click()
    expect(page.locator("h1")).to_have_text("Ann's invoice")
    expect(page.get_by_label("Linked tickets")).to_contain_text("split off from")
    assert words_on(shop, old) == before[:2]
    desk.reply("Here is your invoice.")
    got = ann.receives("Here is your invoice.")
    thanks = ann.answers(got, "Thank you for the invoice.")
    new = shop.ticket_of(thanks)
    assert new.id != old.id
    assert people_on(shop, new) == people

    page.goto(f"{shop.postdesk.url}/desk/t/{old.number}")
    page.locator(".history-undo button[title^='Undo: Split off']").click()
    expect(page.locator("#messages")).to_contain_text("Thank you for the invoice.")
    assert words_on(shop, old)[:3] == before
    assert people_on(shop, old) == people
    more = ann.answers(got, "One thing more.")
    assert shop.ticket_of(more).id == old.id


def test_a_ticket_is_found_linked_and_held_open(shop: Shop, desk: Desk) -> None:
    page, ann = desk.page, shop.customer("ann.links@mail.example", "Ann")
    shop.ticket_of(ann.writes("Quokka parcel lost", "It is lost."))
    child = shop.ticket_of(ann.writes("Search for the quokka", "Please search."))
    desk.open_view("open")
    desk.open_ticket("Quokka parcel lost")
    page.keyboard.press("m")
    expect(page.locator('[data-change="into"] input[name=into]')).to_be_focused()
    page.keyboard.press("Escape")
    page.locator('[data-change="link"] summary').click()
    field = page.locator('[data-change="link"] input[name=other]')
    field.press_sequentially("quokka")
    offered = page.get_by_role("option", name="Search for the quokka")
    expect(offered).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(field).to_have_value(child.number)
    page.get_by_label("It is").select_option("child")
    page.get_by_role("button", name="Link", exact=True).click()
    expect(page.get_by_label("Linked tickets")).to_contain_text("Search for the quokka")
    page.get_by_placeholder("Add a thing to do").fill("Ask the carrier")
    page.keyboard.press("Enter")
    page.get_by_role("checkbox", name="Ask the carrier").click()
    expect(page.locator(".checklist-count")).to_have_text("1 of 1")
    page.get_by_role("button", name="Resolve", exact=True).click()
    expect(page.get_by_text(f"not resolved: {child.number}")).to_be_visible()
    page.get_by_role("button", name="Resolve anyway").click()
    expect(page.locator("#ticket-line")).to_contain_text("Resolved")

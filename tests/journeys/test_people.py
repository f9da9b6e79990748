"""Who is on a ticket: changed beside what is being written, completed from people we know."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.test_two_at_once import stands_in_the_head
from tests.support.story import Desk, Shop, text_of

pytestmark = pytest.mark.browser

WORDS = "Dear Ann, I ask the carrier."


def open_at(desk: Desk, subject: str) -> Page:
    desk.open_view("open")
    desk.open_ticket(subject)
    return desk.page


def test_subject_and_people_change_beside_what_is_written(shop: Shop, desk: Desk) -> None:
    shop.ticket_of(shop.customer("kim.carrier@parcel.example", "Kim").writes("A parcel of Kim's"))
    shop.ticket_of(shop.customer("ann.people@mail.example", "Ann").writes("A parcel of Ann's"))
    page = open_at(desk, "A parcel of Ann's")
    page.locator("#reply-text").fill(WORDS)
    address = page.url

    page.locator('[data-change="subject"] summary').click()
    page.get_by_label("New subject").fill("Ann's parcel, lost")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Ann's parcel, lost")
    expect(page.locator('[data-change="subject"] summary')).to_be_focused()

    page.locator('[data-change="person"] summary').click()
    field = page.locator('[data-change="person"] input[type=email]')
    field.focus()
    expect(page.locator("#known-people:not([data-likely])")).to_be_attached()
    field.press_sequentially("kim.car")
    offered = page.locator('#known-people option[value="kim.carrier@parcel.example"]')
    expect(offered).to_be_attached()
    field.fill("kim.carrier@parcel.example")
    page.keyboard.press("Enter")
    people = page.get_by_label("On this ticket")
    expect(people).to_contain_text("kim.carrier@parcel.example")
    expect(page.locator(".reply-form [data-send]")).to_contain_text("and 1 more")
    page.locator(".toast").get_by_role("button", name="Undo").last.click()
    expect(people).not_to_contain_text("kim.carrier@parcel.example")

    page.locator('[data-change="requester"] summary').click()
    page.get_by_label("Mail address of who asks").fill("kim.carrier@parcel.example")
    page.get_by_role("button", name="Change requester").click()
    expect(people).to_contain_text("in copy")
    people.get_by_role("button", name="Take ann.people off this ticket").click()
    expect(people).not_to_contain_text("ann.people@mail.example")
    assert page.url == address
    expect(page.locator("#reply-text")).to_have_value(WORDS)


def test_somebody_is_in_copy_of_one_answer(shop: Shop, desk: Desk) -> None:
    ann = shop.customer("ann.copies@mail.example", "Ann")
    carrier = shop.customer("carl@carrier.example", "Carl")
    ticket = shop.ticket_of(ann.writes("Copies of an answer"))
    page = open_at(desk, "Copies of an answer")
    page.locator("#reply-text").fill("The carrier looks for it.")
    page.get_by_text("Cc, Bcc").click()
    page.get_by_label("Bcc", exact=True).fill("carl@carrier.example")
    expect(page.locator(".reply-form [data-draft-state]")).to_have_text("Draft kept")
    expect(page.locator(".reply-form [data-send]")).to_have_text("Send to ann.copies and 1 more")
    page.reload()
    expect(page.locator(".reply-form [data-send]")).to_have_text("Send to ann.copies and 1 more")
    expect(page.get_by_label("Bcc", exact=True)).to_have_value("carl@carrier.example")
    page.get_by_role("button", name="Preview").click()
    expect(page.get_by_label("Who gets it")).to_contain_text("carl@carrier.example")
    page.get_by_role("button", name="Send to").click()
    expect(page.locator(".addressed").last).to_contain_text("Bcc carl@carrier.example")
    got = carrier.receives("The carrier looks for it.")
    assert "ann.copies@mail.example" in str(got["To"])
    assert "carrier.example" not in str(ann.receives("The carrier looks for it.")).lower()
    assert "/t/" not in text_of(got)
    carrier.answers(got, "Found it.")
    expect(page.locator(".pill")).to_be_visible(timeout=20_000)
    stands_in_the_head(page, ".ticket-bar", beside="h1, .ticket-line, .button, .icon-button")
    assert [one.internal for one in shop.comments(ticket)] == [False, False, True]


def test_a_message_is_forwarded_and_the_answer_comes_back(shop: Shop, desk: Desk) -> None:
    factory = shop.customer("batches@factory.example", "Factory")
    ann = shop.customer("ann.forward@mail.example", "Ann")
    ticket = shop.ticket_of(ann.writes("A forwarded message", "It leaks, batch 7.\n"))
    page = open_at(desk, "A forwarded message")
    page.get_by_title("More about this message").first.click()
    page.get_by_role("link", name="Forward").click()
    page.get_by_role("combobox", name="To").fill("batches@factory.example")
    page.get_by_label("Your note").fill("Known?")
    page.get_by_role("button", name="Forward").click()
    expect(page.locator(".message.note")).to_contain_text("batches@factory.example")
    got = factory.receives("It leaks, batch 7.")
    assert "Known?" in text_of(got)
    factory.answers(got, "Yes, known.")
    expect(page.locator(".pill")).to_be_visible(timeout=20_000)
    assert [one.internal for one in shop.comments(ticket)] == [False, True, True]
    assert not [mail for mail in ann.inbox if "known" in text_of(mail).lower()]


def test_a_ticket_begins_with_a_message_to_a_customer(shop: Shop, desk: Desk) -> None:
    kim = shop.customer("kim.first@mail.example", "Kim")
    page = desk.page
    page.get_by_role("link", name="New ticket").first.click()
    page.get_by_label("I write to them").check()
    page.get_by_label("Customer’s email").fill(kim.address)
    page.get_by_label("Subject").fill("Your order is ready")
    page.get_by_label("Your message").fill("You can collect it.")
    page.get_by_role("button", name="Send message").click()
    expect(page.locator("#ticket-line")).to_contain_text("Waiting")
    kim.answers(kim.receives("You can collect it."), "Today at five.")
    expect(page.locator(".pill")).to_be_visible(timeout=20_000)

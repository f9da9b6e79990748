"""A carrier is asked from within a ticket, over real SMTP both ways: nothing leaks either way."""

from __future__ import annotations

from email.message import EmailMessage

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.test_whole_trip import tracking_link
from tests.support.browsing import assert_accessible, assert_fits
from tests.support.servers import wait_until
from tests.support.story import Customer, Desk, Shop

pytestmark = pytest.mark.browser

OF_CUSTOMER = ("Ann Aside", "ann.aside", "KETTLE-77", "Order KETTLE-77 is late", "/t/")
OF_CARRIER = ("Dee Depot", "carrier.example", "1Z99AA", "depot", "waybill")


def raw(mails: list[EmailMessage]) -> str:
    """All that mails carry: fields, text, and files by their names."""
    parts = [str(mail) for mail in mails]
    for mail in mails:
        for part in mail.walk():
            parts.append(str(part.get_filename() or ""))
            if part.get_content_maintype() == "text":
                parts.append(str(part.get_content()))
    return "\n".join(parts)


def assert_tells_nothing(text: str, secrets: tuple[str, ...]) -> None:
    for secret in secrets:
        assert secret.lower() not in text.lower(), secret


def test_a_carrier_is_asked_and_answers_and_nothing_leaks(shop: Shop, desk: Desk) -> None:
    ann = shop.customer("ann.aside@mail.example", "Ann Aside")
    dee = shop.customer("info@carrier.example", "Dee Depot")
    question = ann.writes("Order KETTLE-77 is late", "Where is my KETTLE-77?\n\nAnn Aside\n")
    ticket, page = shop.ticket_of(question), desk.page
    page.goto(f"{desk.url}/desk/t/{ticket.number}")

    ask(page)
    asked = dee.receives("Where is parcel 1Z99AA?")
    assert asked["Subject"] == "Parcel 1Z99AA"
    assert_tells_nothing(raw(dee.inbox), (*OF_CUSTOMER, ticket.number, str(question["Message-ID"])))

    answered = dee.answers(asked, "It stands in our depot, waybill 4711.\n")
    assert shop.ticket_of(answered).id == ticket.id
    page.reload()
    block = page.locator(".side-block")
    expect(block).to_contain_text("It stands in our depot, waybill 4711.")
    expect(block).to_contain_text("they answered")
    assert_accessible(page)
    assert_fits(page)

    the_customer_learns_nothing_of_it(desk, ann, ticket.number)
    sent_on_by_hand(page, ann)
    assert_tells_nothing(raw(dee.inbox), OF_CUSTOMER)
    back = ann.answers(ann.receives("tomorrow"), "Thank you, says Ann Aside.\n")
    assert shop.ticket_of(back).id == ticket.id
    assert len(dee.inbox) == 1

    # Neither the number nor the customer's own thread lets the carrier in.
    astray = dee.writes(f"Re: [{ticket.number}] your parcel", "Our depot asks again.\n")
    assert shop.ticket_of(astray).id != ticket.id
    page.goto(f"{desk.url}/desk?view=all&q=has:side+waybill")
    expect(page.get_by_role("link", name="Order KETTLE-77 is late")).to_be_visible()


def ask(page: Page) -> None:
    """By its key, in the form that it opens; what is typed is a draft at once."""
    page.locator("#ticket-subject").click()
    page.keyboard.press("w")
    form = page.locator(".side-write[open] form")
    expect(form.get_by_label("To")).to_be_focused()
    form.get_by_label("To").fill("info@carrier.example")
    form.get_by_label("Subject").fill("Parcel 1Z99AA")
    form.locator("textarea").fill("Where is parcel 1Z99AA?")
    expect(form.locator("[data-draft-state]")).to_have_text("Draft kept")
    page.reload()
    form = page.locator(".side-write[open] form")
    expect(form.locator("textarea")).to_have_value("Where is parcel 1Z99AA?")
    form.locator("textarea").press("Control+Enter")
    expect(page.locator(".side-block")).to_contain_text("Side conversation with info")


def the_customer_learns_nothing_of_it(desk: Desk, ann: Customer, number: str) -> None:
    """Neither by their page and its source, nor by any mail and its source."""
    browser = desk.page.context.browser
    assert browser
    own = browser.new_page()
    own.goto(tracking_link(ann, number))
    assert_tells_nothing(own.content(), OF_CARRIER)
    own.close()
    assert_tells_nothing(raw(ann.inbox), OF_CARRIER)


def sent_on_by_hand(page: Page, ann: Customer) -> None:
    """What the carrier said comes quoted into the reply; its writer decides what of it leaves."""
    page.locator(".send-on summary").click()
    page.get_by_role("button", name="Quote it in the reply").click()
    reply = page.locator("#reply-text")
    expect(reply).to_have_value("> It stands in our depot, waybill 4711.")
    reply.fill("It comes tomorrow.")
    page.locator(".reply-form [data-send]").click()
    answer = ann.receives("It comes tomorrow.")
    assert_tells_nothing(raw([answer]), OF_CARRIER)
    wait_until("it stands", lambda: page.locator(".message.staff").count() > 0)

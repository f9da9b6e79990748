"""A customer with a phone: 390 px wide, from the first mail to the rating."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, expect

from helpdesk.actions.change_people import add_person_to
from helpdesk.actions.create_ticket import TicketDraft, create_ticket
from helpdesk.actor import Actor
from helpdesk.models import Mailbox, Ticket
from helpdesk.tickets.access import actor_of
from helpdesk.tickets.people import person_for
from tests.support.browsing import assert_accessible, assert_fits, watch
from tests.support.servers import wait_until
from tests.support.story import AGENT, SUPPORT, Customer, Desk, Shop, text_of
from tests.web.conftest import PNG

pytestmark = pytest.mark.browser

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True}


@pytest.fixture
def phone(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(**PHONE)
    context.set_default_timeout(60_000)
    wrong: list[str] = []
    watch(context, wrong)
    yield context
    context.close()
    assert not wrong, wrong


def link_in(customer: Customer, words: str, path: str) -> str:
    found = re.search(rf"http://\S+{path}\S+", text_of(customer.receives(words)))
    assert found, f"the mail holds a link to {path}"
    return found.group()


def test_from_the_first_mail_to_the_rating(
    shop: Shop, desk: Desk, phone: BrowserContext, tmp_path: Path
) -> None:
    with shop.database.transaction() as session:
        session.get_one(Mailbox, 1).survey_minutes = 0
    photo = tmp_path / "crack.png"
    photo.write_bytes(PNG)
    ann = shop.customer("ann.phone@mail.example", "Ann Phone")
    ticket = shop.ticket_of(ann.writes("The cup is cracked"))
    page = phone.new_page()
    page.goto(link_in(ann, ticket.number, "/t/"))
    expect(page.get_by_role("heading", level=1)).to_have_text("We have your message")

    page.get_by_role("textbox", name="Write to us").fill("Here is a picture of it.")
    page.locator("input[type=file]").set_input_files(photo)
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.get_by_text("Thank you, we have your message.")).to_be_visible()
    expect(page.get_by_role("link", name="crack.png")).to_be_visible()

    half_written = page.get_by_role("textbox", name="Write to us")
    half_written.fill("One more thing")
    desk.page.goto(f"{desk.url}/desk/t/{ticket.number}")
    desk.note("She is a regular.")
    desk.reply("A new cup is on its way.")
    # It comes without a reload, and what was being written stays.
    expect(page.get_by_text("A new cup is on its way.")).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_have_text("We need your answer")
    assert page.locator("textarea[name=comment]").input_value() == "One more thing"
    expect(page.locator("body")).not_to_contain_text("regular")

    page.get_by_role("button", name="This is solved").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Solved")
    assert page.locator("textarea[name=comment]").input_value() == "One more thing"
    # On the desk, too, it stands there without a reload, with what became of the answer.
    expect(desk.page.locator("#ticket-line")).to_contain_text("Resolved", timeout=20_000)
    expect(desk.page.locator(".delivery-sent")).to_be_visible()
    page.goto(link_in(ann, "How did we do", "/rate"))
    page.get_by_label("Good", exact=True).check()
    page.get_by_label("Anything you want to tell us").fill("Quick and kind.")
    page.get_by_role("button", name="Send the rating").click()
    expect(page.get_by_text("You rated this: Good.")).to_be_visible()
    desk.page.reload()
    expect(desk.page.locator("#about")).to_contain_text("Quick and kind.")


def test_writing_by_the_form_without_scripts(shop: Shop, browser: Browser) -> None:
    context = browser.new_context(**PHONE, java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{shop.postdesk.url}/new?category=product")
    page.get_by_label("Your mail address").fill(SUPPORT)
    page.get_by_label("Subject").fill("The clasp is loose")
    page.get_by_label("Your message").fill("It came like this.")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_text("This is our own address.")).to_be_visible()
    expect(page.get_by_label("Your message")).to_have_value("It came like this.")
    page.get_by_label("Your mail address").fill("fay@mail.example")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("We have your message")
    fay = shop.customer("fay@mail.example", "Fay")
    mail = fay.receives("TKT")
    assert "clasp" not in text_of(mail)
    page.goto(link_in(fay, "TKT", "/t/"))
    expect(page.locator("main")).to_contain_text("It came like this.")
    page.get_by_role("textbox", name="Write to us").fill("And the box was open.")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_text("Thank you, we have your message.")).to_be_visible()
    context.close()


def test_a_link_that_was_revoked_is_exchanged_for_a_fresh_one(
    shop: Shop, phone: BrowserContext
) -> None:
    gus = shop.customer("gus@mail.example", "Gus")
    ticket = shop.ticket_of(gus.writes("The lid does not close"))
    old = link_in(gus, ticket.number, "/t/")
    with shop.database.transaction() as session:
        session.get_one(Ticket, ticket.id).link_generation += 1
    page = phone.new_page()
    page.goto(old)
    expect(page.get_by_role("heading", level=1)).to_have_text("This link does not work any more")
    page.get_by_role("button", name="Send me a fresh link").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Look into your inbox")
    fresh = link_in(gus, "fresh link", "/t/")
    assert fresh != old
    page.goto(fresh)
    expect(page.locator("main")).to_contain_text("The lid does not close")


def test_who_is_in_copy_has_a_link_of_their_own(
    shop: Shop, desk: Desk, phone: BrowserContext
) -> None:
    jan = shop.customer("jan@mail.example", "Jan Asks")
    kim = shop.customer("kim@mail.example", "Kim Reads")
    ticket = shop.ticket_of(jan.writes("The drawer sticks"))
    now = datetime.now(UTC)
    with shop.database.transaction() as session:
        known = person_for(session, "kim@mail.example", "Kim Reads", now)
        session.flush()
        agent = person_for(session, AGENT, "", now)
        add_person_to(session, actor_of(agent), ticket.id, known.id, now=now)
    desk.page.goto(f"{desk.url}/desk/t/{ticket.number}")
    desk.reply("Which drawer is it?")
    kim.receives("Which drawer is it?")
    kims = link_in(kim, "Which drawer", "/t/")
    jan.receives("Which drawer is it?")
    assert kims != link_in(jan, "Which drawer", "/t/")
    page = phone.new_page()
    page.goto(kims)
    expect(page.get_by_text("You are in copy of this request.")).to_be_visible()
    expect(page.get_by_role("button", name="This is solved")).to_have_count(0)
    page.get_by_role("textbox", name="Your answer").fill("The lower one, I think.")
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.get_by_text("Thank you, we have your message.")).to_be_visible()
    page.goto(link_in(jan, "Which drawer", "/t/"))
    expect(page.get_by_role("article", name="Message from Kim Reads")).to_be_visible()
    expect(page.get_by_role("button", name="This is solved")).to_be_visible()


def test_a_thousand_requests_of_ones_own(shop: Shop, phone: BrowserContext) -> None:
    now = datetime.now(UTC)
    with shop.database.transaction() as session:
        hal = person_for(session, "hal@mail.example", "Hal Thousand", now)
        for number in range(1000):
            create_ticket(
                session,
                Actor(hal.id, "customer"),
                TicketDraft(
                    subject=f"Request number {number:04d}",
                    description="about the green lamp" if number == 77 else "about something",
                    category="refund" if number % 4 == 0 else "other",
                ),
                now=now,
            )
    customer = shop.customer("hal@mail.example")
    page = phone.new_page()
    page.goto(f"{shop.postdesk.url}/my")
    page.get_by_label("Your mail address").fill("hal@mail.example")
    page.get_by_role("button", name="Mail me a link").click()
    wait_until(
        "the link is in the mail", lambda: any("/my/in/" in text_of(m) for m in customer.inbox)
    )
    page.goto(link_in(customer, "/my/in/", "/my/in/"))
    assert_accessible(page)
    page.get_by_role("button", name="See my requests").click()

    expect(page.get_by_text("1000 requests")).to_be_visible()
    expect(page.get_by_text("Request number 0999")).to_be_visible()
    assert_accessible(page)
    assert_fits(page)
    page.get_by_role("link", name="Older").click()
    expect(page.get_by_text("Request number 0979")).to_be_visible()
    expect(page.get_by_text("Page 2 of 50")).to_be_visible()
    page.get_by_label("About").select_option("refund")
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_text("250 requests")).to_be_visible()
    page.get_by_role("link", name="Clear").click()
    page.get_by_label("Search").fill("green lamp")
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_text("One request")).to_be_visible()
    page.get_by_text("Request number 0077").click()
    expect(page.locator("main")).to_contain_text("about the green lamp")
    page.goto(f"{shop.postdesk.url}/my")
    page.get_by_role("button", name="Sign out").click()
    page.goto(f"{shop.postdesk.url}/my")
    expect(page.get_by_label("Your mail address")).to_be_visible()


def test_what_is_too_large_is_said_before_it_is_sent(
    shop: Shop, phone: BrowserContext, tmp_path: Path
) -> None:
    large = tmp_path / "film.mov"
    with large.open("wb") as file:
        file.truncate(26 * 1024 * 1024)
    page = phone.new_page()
    page.goto(f"{shop.postdesk.url}/new")
    page.locator("input[type=file]").set_input_files(large)
    expect(page.locator(".too-large")).to_contain_text("more than 25 MB")
    page.get_by_label("Your mail address").fill("ida@mail.example")
    page.get_by_label("Subject").fill("A film of it")
    page.get_by_label("Your message").fill("See the film.")
    page.get_by_role("button", name="Send").click()
    expect(page).to_have_url(re.compile("/new$"))
    expect(page.get_by_label("Your message")).to_have_value("See the film.")

"""The whole trip: mail in, answered at the desk, mail out, and the customer looks on the web."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from sqlalchemy import select

from helpdesk.actions.edit_canned_reply import CannedReplyDraft, add_canned_reply
from helpdesk.models import IS_STAFF, CannedReply, Person
from helpdesk.tickets.access import actor_of
from tests.support.browsing import assert_accessible, assert_fits, watch
from tests.support.servers import wait_until
from tests.support.story import PASSWORD, Customer, Desk, Shop, text_of

pytestmark = pytest.mark.browser


def tracking_link(customer: Customer, words: str) -> str:
    found = re.search(r"http://\S+/t/[a-z0-9]+", text_of(customer.receives(words)))
    assert found, "the mail holds a tracking link"
    return found.group()


def test_from_mail_to_answer_and_back(shop: Shop, desk: Desk) -> None:
    ann = shop.customer("ann.trip@mail.example", "Ann Trip")
    mail = ann.writes("The blender smokes", "Hello,\n\nit smokes when I switch it on.\n")
    ticket = shop.ticket_of(mail)
    has_canned_reply(shop)

    desk.open_view("open")
    desk.open_ticket("The blender smokes")
    expect(desk.page.locator(".message.customer")).to_contain_text("it smokes when I switch it on")
    desk.note("Third one this week.")
    desk.reply("Please stop using it. A new one is on its way.")
    assert shop.now(ticket).status == "waiting"

    answer = ann.receives("A new one is on its way")
    assert "Third one this week" not in text_of(answer)
    assert answer["Auto-Submitted"] is None, "a person wrote it"
    assert str(mail["Message-ID"]) in str(answer["References"])
    assert f"[{ticket.number}]" in str(answer["Subject"])
    assert len(str(answer["Message-ID"])) <= 62

    for by in ("references", "subject", "reply address"):
        back = ann.answers(answer, f"Thanks, joined by {by} only.", by=by)
        assert shop.ticket_of(back).id == ticket.id
    assert shop.now(ticket).status == "in_progress"

    desk.page.reload()
    expect(desk.page.locator(".message.customer").last).to_contain_text("reply address only")

    # The refund is answered by three keys, and sent by one more.
    answered, options = desk.page.locator("#reply-text"), desk.page.locator("#canned")
    answered.press_sequentially(";r")
    expect(options.get_by_role("option", selected=True)).to_contain_text("Refund")
    expect(desk.page.locator("#canned-said")).to_have_text("1 canned reply")
    assert_accessible(desk.page)
    assert_fits(desk.page)
    answered.press("Enter")
    expect(answered).to_have_value(f"Hello,\n\nyour money for {ticket.number} is on its way.")
    expect(desk.page.locator("[data-with-answer]")).to_contain_text("priority Low")
    desk.page.locator(".canned-toast").get_by_role("button", name="Undo").click()
    expect(answered).to_have_value(";r")
    wait_until("it was not used after all", lambda: times_used(shop) == 0)
    expect(desk.page.locator("[data-with-answer]")).to_be_empty()
    answered.fill("")
    desk.page.keyboard.type(";r")
    desk.page.keyboard.press("Enter")
    expect(answered).to_have_value(f"Hello,\n\nyour money for {ticket.number} is on its way.")
    answered.press("Control+Enter")
    desk.page.locator(".message.staff", has_text=f"your money for {ticket.number}").wait_for()
    assert (shop.now(ticket).status, shop.now(ticket).priority) == ("resolved", "low")
    ann.receives(f"your money for {ticket.number} is on its way")
    assert times_used(shop) == 1


def has_canned_reply(shop: Shop) -> None:
    draft = CannedReplyDraft(
        "Refund",
        "Hello,\n\nyour money for {{ ticket.number }} is on its way.",
        shortcut="r",
        status_after="resolved",
        priority="low",
    )
    with shop.database.transaction() as session:
        agent = session.scalars(select(Person).where(IS_STAFF)).first()
        assert agent
        add_canned_reply(session, actor_of(agent), draft, now=datetime.now(UTC))


def times_used(shop: Shop) -> int:
    with shop.database.reading() as session:
        return session.scalars(select(CannedReply)).one().used_count


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_the_customer_follows_and_answers_on_the_web(
    shop: Shop, browser: Browser, scripts: bool
) -> None:
    name = "with" if scripts else "without"
    bert = shop.customer(f"bert.{name}@mail.example", "Bert")
    ticket = shop.ticket_of(bert.writes(f"My tent {name} pegs"))
    link = tracking_link(bert, ticket.number)
    context = browser.new_context(java_script_enabled=scripts)
    wrong: list[str] = []
    watch(context, wrong)
    page = context.new_page()

    page.goto(link)
    expect(page.get_by_role("heading", level=1)).to_have_text("We have your message")
    page.locator("textarea[name=comment]").fill("The pegs were in the other bag.")
    page.get_by_role("button", name="Send").click()
    thanks = page.get_by_role("status").filter(has_text="Thank you")
    expect(thanks).to_be_visible()

    wait_until("the answer stands", lambda: len(shop.comments(ticket)) == 2)
    assert shop.comments(ticket)[1].reply_text.strip() == "The pegs were in the other bag."
    assert not wrong
    context.close()


@pytest.mark.parametrize("scripts", [False], ids=["without scripts"])
def test_an_agent_works_without_scripts(shop: Shop, browser: Browser, scripts: bool) -> None:
    cara = shop.customer("cara@mail.example", "Cara")
    ticket = shop.ticket_of(cara.writes("The lamp is dim"))
    context = browser.new_context(java_script_enabled=scripts)
    desk = Desk(context.new_page(), shop.postdesk.url)
    desk.sign_in()
    desk.open_view("all")
    desk.open_ticket("The lamp is dim")
    desk.reply("Please try another bulb.")
    cara.receives("Please try another bulb.")
    assert shop.now(ticket).answered
    context.close()


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_an_answer_is_taken_back_mended_and_sent(
    shop: Shop, browser: Browser, scripts: bool
) -> None:
    name = "with" if scripts else "without"
    dora = shop.customer(f"dora.{name}@mail.example", "Dora")
    ticket = shop.ticket_of(dora.writes(f"My iron {name} cord"))
    context = browser.new_context(java_script_enabled=scripts)
    wrong: list[str] = []
    watch(context, wrong)
    desk = Desk(context.new_page(), shop.postdesk.url)
    desk.sign_in()
    desk.set_undo(30)
    desk.open_view("all")
    desk.open_ticket(f"My iron {name} cord")
    desk.reply("We send you a new irno.")
    undo = ".undo-toast button" if scripts else ".leaving button"
    desk.page.locator(undo).click()
    expect(desk.page.locator("#reply-text")).to_have_value("We send you a new irno.")
    expect(desk.page.locator(".message.staff")).to_have_count(0)
    assert shop.now(ticket).status == "open"

    desk.set_undo(0)
    desk.page.goto(f"{desk.url}/desk/t/{ticket.number}")
    desk.reply("We send you a new iron.")
    dora.receives("We send you a new iron.")
    assert not [mail for mail in dora.inbox if "irno" in text_of(mail)]
    assert not wrong
    context.close()


def test_the_tracking_page_shows_no_note_and_no_other_ticket(shop: Shop, desk: Desk) -> None:
    finn = shop.customer("finn@mail.example")
    ticket = shop.ticket_of(finn.writes("A secret matter"))
    desk.open_view("all")
    desk.open_ticket("A secret matter")
    desk.note("Between us only.")
    link = tracking_link(finn, ticket.number)

    desk.page.context.clear_cookies()
    desk.page.goto(link)
    expect(desk.page.locator("main")).to_contain_text("A secret matter")
    expect(desk.page.locator("body")).not_to_contain_text("Between us only.")
    broken = link[:-1] + ("a" if link[-1] != "a" else "b")
    answer = desk.page.goto(broken)
    assert answer
    assert answer.status == 404


def test_signing_in_and_out(shop: Shop, page: Page, context: BrowserContext) -> None:
    desk = Desk(page, shop.postdesk.url)
    page.goto(f"{desk.url}/desk")
    expect(page).to_have_url(re.compile("/desk/login"))

    desk.sign_in(password="a wrong password")
    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.get_by_label("Email")).to_have_value("agent@shop.example")

    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page).to_have_url(re.compile("/desk$|/desk[?]"))
    assert all(cookie["httpOnly"] for cookie in context.cookies() if "session" in cookie["name"])

    context.clear_cookies()
    page.goto(f"{desk.url}/desk")
    expect(page).to_have_url(re.compile("/desk/login"))

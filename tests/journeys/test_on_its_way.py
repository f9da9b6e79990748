"""What somebody did is on its way, and they reload, go on, undo, or do the next thing meanwhile."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Page, Route, expect
from sqlalchemy import update

from helpdesk.models import AfterSending, Person, Ticket
from tests.journeys.test_at_once import (
    Held,
    open_with_the_next_one_ready,
    send_with_the_next_one_ready,
)
from tests.journeys.test_going_on import is_on, likes, three
from tests.support.story import AGENT, Desk, Shop

pytestmark = pytest.mark.browser


@contextmanager
def no_answer_yet(shop: Shop) -> Iterator[None]:
    """What is sent within waits: somebody else holds the database."""
    with shop.database.transaction() as session:
        session.execute(
            update(Person).where(Person.address == AGENT).values(undo_seconds=Person.undo_seconds)
        )
        yield


def next_one_is_ready(page: Page) -> None:
    """Wait for it: what was told meanwhile has it fetched once more."""
    page.wait_for_function(
        """() => {
            const isReady = postdesk.ahead.leads() !== "";
            const area = document.getElementById("reply-text");
            if (!isReady) area.dispatchEvent(new Event("input", { bubbles: true }));
            return isReady;
        }""",
        polling=400,
    )


def notice(page: Page, words: str) -> None:
    expect(page.locator("#toasts")).to_contain_text(words)


def test_a_reload_at_once_loses_no_notice(shop: Shop, desk: Desk) -> None:
    likes(shop, AfterSending.NEXT, 30)
    tickets, page = three(shop, "Reload"), desk.page
    desk.open_view("open")
    open_with_the_next_one_ready(desk, "Reload 0")
    page.locator("#reply-text").fill("It comes today.")
    expect(page.locator(".reply-form [data-draft-state]")).to_have_text("Draft kept")
    next_one_is_ready(page)
    with no_answer_yet(shop):
        page.keyboard.press("Control+Enter")
        is_on(page, "Reload 1")
        page.reload()
        notice(page, f"{tickets[0].number}: Sending")
    notice(page, f"Your answer on {tickets[0].number}")
    assert len(shop.comments(tickets[0])) == 2
    page.locator("#toasts").get_by_role("button", name="Undo").click()
    is_on(page, "Reload 0")
    with no_answer_yet(shop):
        page.keyboard.press("Escape")
        page.keyboard.press("i")
        page.wait_for_timeout(50)
        page.reload()
    notice(page, "It is yours now.")
    page.goto(f"{desk.url}/desk?view=open&q=reload")
    page.locator(f'[data-row="{tickets[2].id}"] .row-link').focus()
    with no_answer_yet(shop):
        page.keyboard.press("i")
        page.wait_for_timeout(50)
        page.reload()
    notice(page, "1 ticket")
    assert [shop.now(one).assignee_id is None for one in tickets] == [False, True, False]


def test_what_was_sent_is_not_there_to_be_sent_again(shop: Shop, desk: Desk) -> None:
    likes(shop, AfterSending.STAY)
    tickets, page = three(shop, "Again"), desk.page
    page.goto(f"{desk.url}/desk/t/{tickets[0].number}")
    page.locator("#reply-text").fill("It comes today.")
    expect(page.locator(".reply-form [data-draft-state]")).to_have_text("Draft kept")
    with no_answer_yet(shop):
        page.keyboard.press("Control+Enter")
        page.wait_for_timeout(50)
        page.reload()
        expect(page.locator("#reply-text")).to_have_value("It comes today.")
    notice(page, "Your answer is on its way.")
    expect(page.locator("#reply-text")).to_have_value("")
    expect(page.locator(".message.staff")).to_contain_text("It comes today.")
    assert len(shop.comments(tickets[0])) == 2


def test_whoever_goes_on_is_told_that_it_is_on_its_way(shop: Shop, desk: Desk) -> None:
    likes(shop, AfterSending.NEXT, 30)
    tickets, page = three(shop, "Slow"), desk.page
    desk.open_view("open")
    open_with_the_next_one_ready(desk, "Slow 0")
    page.locator("#reply-text").fill("It comes today.")
    expect(page.locator(".reply-form [data-draft-state]")).to_have_text("Draft kept")
    next_one_is_ready(page)
    with no_answer_yet(shop):
        page.keyboard.press("Control+Enter")
        is_on(page, "Slow 1")
        page.wait_for_timeout(520)
        said = page.evaluate("""() => {
            document.querySelector('#side a[href$="/figures"]').click();
            return document.getElementById("toasts").textContent
        }""")
        assert f"{tickets[0].number}: Sending" in said
        page.wait_for_url("**/figures")
        assert shop.now(tickets[0]).status == "open"
    notice(page, f"Your answer on {tickets[0].number}")
    assert shop.now(tickets[0]).status == "waiting"


def test_the_next_thing_waits_for_its_turn(shop: Shop, desk: Desk) -> None:
    likes(shop, AfterSending.NEXT, 30)
    tickets, page = three(shop, "Queue"), desk.page
    desk.open_view("open")
    open_with_the_next_one_ready(desk, "Queue 0")
    next_one_is_ready(page)
    with no_answer_yet(shop):
        page.keyboard.press("e")
        is_on(page, "Queue 1")
        page.wait_for_timeout(520)
        page.locator('[data-key="e"]').click()
        notice(page, f"{tickets[0].number}: Saving")
    is_on(page, "Queue 2")
    notice(page, f"{tickets[1].number}: Now resolved")
    assert [shop.now(one).status for one in tickets] == ["resolved", "resolved", "open"]


def test_beside_a_large_draft_it_is_sent_all_the_same(shop: Shop, desk: Desk) -> None:
    likes(shop, AfterSending.STAY)
    tickets, page = three(shop, "Large"), desk.page
    page.goto(f"{desk.url}/desk/t/{tickets[0].number}")
    page.locator("#reply-text").fill("It comes today. " * 200)
    expect(page.locator(".reply-form [data-draft-state]")).to_have_text("Draft kept")
    with no_answer_yet(shop):
        page.evaluate("""() => {
            const form = document.querySelector(".note-form"), body = new FormData(form);
            body.set("comment", "x".repeat(61000));
            window.large = fetch(form.dataset.draft, { method: "POST", body, keepalive: true });
        }""")
        page.keyboard.press("Control+Enter")
        page.wait_for_timeout(400)
        assert "Not sent" not in page.locator("#toasts").inner_text()
    notice(page, "Your answer")
    assert len(shop.comments(tickets[0])) == 2


def test_an_answer_lost_on_the_way_is_asked_for(shop: Shop, desk: Desk) -> None:
    likes(shop, AfterSending.STAY)
    tickets, page = three(shop, "Lost"), desk.page
    page.goto(f"{desk.url}/desk/t/{tickets[0].number}")

    def lose_the_answer(route: Route) -> None:
        route.fetch(max_redirects=0)
        route.abort()

    page.route("**/priority", lose_the_answer)
    page.keyboard.press("p")
    page.keyboard.press("u")
    page.keyboard.press("Enter")
    notice(page, "Priority is urgent now.")
    expect(page.locator("#ticket-line .priority-urgent")).to_be_visible()
    assert shop.now(tickets[0]).priority == "urgent"
    page.locator("#toasts").get_by_role("button", name="Undo").click()
    notice(page, "Undone.")
    assert shop.now(tickets[0]).priority == "medium"


def test_two_undos_at_once_undo_two_the_last_one_first(shop: Shop, desk: Desk) -> None:
    tickets, page = three(shop, "Undos"), desk.page
    page.goto(f"{desk.url}/desk/t/{tickets[0].number}")
    asked: list[str] = []
    page.on(
        "request", lambda one: asked.append(one.post_data or "") if "undo-" in one.url else None
    )
    held = Held(page, "**/priority")
    for key in ("p", "u", "Enter", "i"):
        page.keyboard.press(key)
    page.keyboard.press("z")
    page.keyboard.press("z")
    assert (held.many, asked) == (1, [])
    held.go()
    expect(page.locator("#toasts .toast", has_text="Undone.")).to_have_count(2)
    now = shop.now(tickets[0])
    assert (now.priority, now.assignee_id) == ("medium", None)
    first, second = (int(re.findall(r'name="change"\s+(\d+)', one)[0]) for one in asked)
    assert first > second


def test_next_is_what_was_next_when_the_ticket_was_opened(shop: Shop, desk: Desk) -> None:
    likes(shop, AfterSending.NEXT)
    tickets, page = three(shop, "Place"), desk.page
    page.route("**/beside?step=next*", fetch_nothing_ahead)
    for leave in (lambda: page.keyboard.press("j"), lambda: page.keyboard.press("e")):
        page.goto(f"{desk.url}/desk?view=open&sort=urgency")
        desk.open_ticket("Place 1")
        page.keyboard.press("p")
        page.keyboard.press("u")
        page.keyboard.press("Enter")
        notice(page, "Priority is urgent now.")
        leave()
        is_on(page, "Place 2")
        set_back(shop, tickets[1])


def fetch_nothing_ahead(route: Route) -> None:
    if "x-ahead" in route.request.headers:
        route.abort()
    else:
        route.continue_()


def set_back(shop: Shop, ticket: Ticket) -> None:
    with shop.database.transaction() as session:
        session.execute(update(Ticket).where(Ticket.id == ticket.id).values(priority="medium"))


def test_a_notice_that_stays_says_of_which_ticket_it_is(shop: Shop, desk: Desk) -> None:
    likes(shop, AfterSending.STAY, 30)
    tickets, page = three(shop, "Named"), desk.page
    send_with_the_next_one_ready(desk, tickets[0], "It comes today.")
    notice(page, "Your answer is on its way.")
    page.keyboard.press("Escape")
    page.wait_for_timeout(800)
    for subject in ("Named 1", "Named 2"):
        page.keyboard.press("j")
        is_on(page, subject)
        expect(page.locator("#toasts .undo-toast span").first).to_have_text(
            f"{tickets[0].number}: Your answer is on its way."
        )


def test_whoever_goes_on_before_it_leaves_has_it_sent(shop: Shop, desk: Desk) -> None:
    likes(shop, AfterSending.STAY)
    tickets, page = three(shop, "Before"), desk.page
    page.goto(f"{desk.url}/desk/t/{tickets[0].number}")
    page.locator("#reply-text").fill("It comes today.")
    expect(page.locator(".reply-form [data-draft-state]")).to_have_text("Draft kept")
    page.evaluate("{ const now = Date.now; Date.now = () => now() + 30_000; }")
    held = Held(page, "**/desk/session")  # whether they still are signed in
    page.keyboard.press("Control+Enter")
    page.locator('#side a[href$="/figures"]').click()
    notice(page, f"{tickets[0].number}: Sending")
    held.go()
    page.wait_for_url("**/figures")
    notice(page, "Your answer")
    assert len(shop.comments(tickets[0])) == 2


def test_it_is_sent_as_it_stood_and_once(shop: Shop, desk: Desk) -> None:
    """Its draft is kept first, which takes a while: nothing is typed into it meanwhile."""
    likes(shop, AfterSending.STAY)
    tickets, page = three(shop, "Stood"), desk.page

    def slowly(route: Route) -> None:
        page.wait_for_timeout(400)
        route.continue_()

    page.route("**/draft/reply", slowly)
    for ticket, by_key in zip(tickets, (True, False), strict=False):
        page.goto(f"{desk.url}/desk/t/{ticket.number}")
        page.locator("#reply-text").fill("It comes today.")
        if by_key:
            page.keyboard.press("Control+Enter")
            page.keyboard.type("jLATER")
        else:
            page.locator('.reply-form [data-key="send"], .reply-form .primary').first.dblclick()
        notice(page, "Your answer is on its way.")
        expect(page.locator("#toasts")).not_to_contain_text("Not sent")
        assert [one.text.strip() for one in shop.comments(ticket)[1:]] == ["It comes today."]
        expect(page.locator("#reply-text")).to_be_editable()


def test_what_can_be_taken_back_can_be_after_a_reload(shop: Shop, desk: Desk) -> None:
    likes(shop, AfterSending.STAY, 30)
    tickets, page = three(shop, "Later"), desk.page
    page.goto(f"{desk.url}/desk/t/{tickets[0].number}")
    page.locator("#reply-text").fill("It comes today.")
    page.keyboard.press("Control+Enter")
    notice(page, "Your answer is on its way.")
    page.reload()
    notice(page, "Your answer is on its way.")
    page.locator("#toasts").get_by_role("button", name="Undo").click()
    expect(page.locator("#reply-text")).to_have_value("It comes today.")
    page.reload()
    expect(page.locator("#toasts")).not_to_contain_text("on its way")


def test_back_while_it_is_sent_leads_back(shop: Shop, desk: Desk) -> None:
    """Although the list takes its time, and what was sent is known before."""
    likes(shop, AfterSending.NEXT, 30)
    tickets, page = three(shop, "Back"), desk.page

    def slowly(route: Route) -> None:
        page.wait_for_timeout(1500)
        route.continue_()

    page.route("**/beside?step=next*", lambda route: route.abort())
    desk.open_view("open")
    page.get_by_role("link", name="Back 0").first.click()
    is_on(page, "Back 0")
    page.locator("#reply-text").fill("It comes today.")
    expect(page.locator(".reply-form [data-draft-state]")).to_have_text("Draft kept")
    page.route("**/desk?view=open*", slowly)
    with no_answer_yet(shop):
        page.keyboard.press("Control+Enter")
        page.wait_for_timeout(60)
        page.evaluate("history.back()")
        page.wait_for_timeout(1300)
    notice(page, f"Your answer on {tickets[0].number}")
    expect(page.locator(".row").first).to_be_visible()
    page.wait_for_timeout(300)
    expect(page).to_have_url(f"{desk.url}/desk?view=open")

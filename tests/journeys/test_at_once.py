"""What somebody does shows before the server has answered, and is taken back where it refuses."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Page, Route, expect

from helpdesk.actions.change_ticket import change_priority
from helpdesk.actor import SYSTEM
from helpdesk.models import AfterSending, Ticket
from tests.journeys.test_going_on import is_on, likes, three
from tests.support.servers import wait_until
from tests.support.story import Desk, Shop

pytestmark = pytest.mark.browser


class Held:
    """Requests that the server hears of only once :meth:`go` is called."""

    def __init__(self, page: Page, pattern: str | re.Pattern[str]) -> None:
        self._waiting: list[Route] = []
        self._page, self._pattern = page, pattern
        page.route(pattern, self._hold)

    def go(self, answer: Callable[[Route], None] = lambda route: route.continue_()) -> None:
        """Let those that came go on, and all later ones."""
        for route in self._waiting:
            answer(route)
        self._page.unroute(self._pattern)

    def _hold(self, route: Route) -> None:
        self._waiting.append(route)

    @property
    def many(self) -> int:
        return len(self._waiting)


def refused(route: Route) -> None:
    route.fulfill(status=500, body="no")


def test_a_rows_priority_shows_at_once_and_its_undo(shop: Shop, desk: Desk) -> None:
    tickets, page = three(shop, "Early"), desk.page
    page.goto(f"{desk.url}/desk?view=open&q=early")
    row = page.locator(f'[data-row="{tickets[1].id}"]')
    other = page.locator(f'[data-row="{tickets[2].id}"]')
    held = Held(page, "**/desk/bulk*")
    for one in (row, other):
        one.locator(".row-tick").check()
    page.keyboard.press("p")
    page.keyboard.press("u")
    page.keyboard.press("Enter")
    expect(row.locator(".priority-urgent")).to_be_visible()
    expect(other.locator(".priority-urgent")).to_be_visible()
    assert (held.many, shop.now(tickets[1]).priority) == (1, "medium")
    held.go()
    toast = page.locator("#toasts .bulk-toast")
    expect(toast).to_contain_text("2 tickets")
    assert shop.now(tickets[2]).priority == "urgent"
    held = Held(page, "**/desk/bulk/*/undo")
    page.keyboard.press("z")
    expect(row.locator(".priority-medium")).to_be_visible()
    assert shop.now(tickets[1]).priority == "urgent"
    held.go()
    expect(toast).to_contain_text("ndone")
    assert [shop.now(one).priority for one in tickets[1:]] == ["medium", "medium"]


def test_what_is_refused_looks_as_before(shop: Shop, desk: Desk) -> None:
    tickets, page = three(shop, "Never"), desk.page
    page.goto(f"{desk.url}/desk?view=open&q=never")
    row = page.locator(f'[data-row="{tickets[0].id}"]')
    held = Held(page, "**/desk/bulk")
    row.locator(".row-link").focus()
    page.keyboard.press("i")
    expect(row.locator(".row-assignee .avatar")).to_be_visible()
    held.go(refused)
    expect(page.locator("#toasts")).to_contain_text("Not changed")
    expect(row.locator(".nobody")).to_be_visible()
    held = Held(page, "**/desk/bulk")
    page.keyboard.press("e")
    expect(row).to_have_class("row unread gone")
    held.go(lambda route: route.abort())
    expect(page.locator("#toasts")).to_contain_text("no connection")
    expect(row).to_have_class("row unread")


def test_beside_a_ticket_its_field_and_line(shop: Shop, desk: Desk) -> None:
    tickets, page = three(shop, "Beside"), desk.page
    page.goto(f"{desk.url}/desk/t/{tickets[0].number}")
    line, value = (
        page.locator("#ticket-line"),
        page.locator('[data-change="priority"] .change-value'),
    )
    for answer, stays in ((refused, False), (lambda route: route.continue_(), True)):
        held = Held(page, "**/priority")
        page.keyboard.press("p")
        page.keyboard.press("u")
        page.keyboard.press("Enter")
        expect(line.locator(".priority-urgent")).to_be_visible()
        expect(value).to_have_text("Urgent")
        assert shop.now(tickets[0]).priority == "medium"
        held.go(answer)
        if not stays:
            expect(line.locator(".priority")).to_have_count(0)
            expect(value).to_have_text("Medium")
    held = Held(page, "**/undo-change")
    page.locator("#toasts").get_by_role("button", name="Undo").click()
    expect(line.locator(".priority")).to_have_count(0)
    expect(value).to_have_text("Medium")
    assert shop.now(tickets[0]).priority == "urgent"
    held.go()
    expect(page.locator("#toasts")).to_contain_text("Undone")


def test_a_ticket_is_ready_before_it_is_opened_and_still_true(shop: Shop, desk: Desk) -> None:
    tickets, page = three(shop, "Ready"), desk.page
    page.goto(f"{desk.url}/desk?view=open&q=ready")
    link = page.locator(f'[data-row="{tickets[0].id}"] .row-link')
    with page.expect_response(f"**/desk/t/{tickets[0].number}") as asked:
        link.focus()
    assert asked.value.request.headers["x-ahead"]
    assert is_unread(page, tickets[0])
    again = page.expect_response(f"**/desk/t/{tickets[0].number}")
    with again, shop.database.transaction() as session:  # changed meanwhile: asked for once more
        change_priority(session, SYSTEM, tickets[0].id, "urgent", now=datetime.now(UTC))

    def is_ready() -> bool:  # what is told late of a new ticket has it asked for again
        page.wait_for_timeout(1000)
        link.blur()
        link.focus()
        page.wait_for_timeout(1000)
        leads: str = page.evaluate("postdesk.ahead.leads()")
        return tickets[0].number in leads

    wait_until("it is ready", is_ready)
    page.route(f"**/desk/t/{tickets[0].number}", lambda route: route.abort())
    link.press("Enter")
    is_on(page, "Ready 0")
    expect(page.locator("#ticket-line .priority-urgent")).to_be_visible()


def is_unread(page: Page, ticket: Ticket) -> bool:
    """As the list says it now."""
    list_now = page.evaluate("async () => (await fetch(location.href)).text()")
    return f'class="row unread" data-row="{ticket.id}"' in list_now


def open_with_the_next_one_ready(desk: Desk, subject: str) -> None:
    with desk.page.expect_response(lambda answer: answer.ok and answer.request.redirected_from):
        desk.open_ticket(subject)
    desk.page.wait_for_timeout(300)


def send_with_the_next_one_ready(desk: Desk, ticket: Ticket, words: str) -> None:
    page = desk.page
    desk.open_view("open")
    open_with_the_next_one_ready(desk, ticket.subject)
    page.locator("#reply-text").fill(words)
    expect(page.locator(".reply-form [data-draft-state]")).to_have_text("Draft kept")
    page.wait_for_timeout(300)
    page.keyboard.press("Control+Enter")


def test_the_next_ticket_shows_while_an_answer_is_on_its_way(shop: Shop, desk: Desk) -> None:
    likes(shop, AfterSending.NEXT, 30)
    tickets, page = three(shop, "Along"), desk.page
    held = Held(page, re.compile(r"/desk/t/TKT\d+/reply$"))
    send_with_the_next_one_ready(desk, tickets[0], "It comes today.")
    is_on(page, "Along 1")
    assert shop.now(tickets[0]).status == "open"
    held.go()
    expect(page.locator("#toasts")).to_contain_text(f"Your answer on {tickets[0].number}")
    assert shop.now(tickets[0]).status == "waiting"
    is_on(page, "Along 1")


def test_a_ticket_that_is_ready_meanwhile_takes_no_notice_away(shop: Shop, desk: Desk) -> None:
    likes(shop, AfterSending.NEXT, 30)
    tickets, page = three(shop, "Meanwhile"), desk.page
    desk.open_view("open")
    next_one = Held(page, "**/beside?step=next*")
    desk.open_ticket("Meanwhile 0")
    page.locator("#reply-text").fill("It comes today.")
    expect(page.locator(".reply-form [data-draft-state]")).to_have_text("Draft kept")
    held = Held(page, re.compile(r"/desk/t/TKT\d+/reply$"))
    page.keyboard.press("Control+Enter")
    page.wait_for_timeout(100)
    with page.expect_response(lambda answer: answer.ok and answer.request.redirected_from):
        next_one.go()
    page.wait_for_timeout(200)
    held.go()
    is_on(page, "Meanwhile 1")
    expect(page.locator("#toasts")).to_contain_text(f"Your answer on {tickets[0].number}")


def test_an_answer_that_is_refused_leads_back_to_its_words(shop: Shop, desk: Desk) -> None:
    likes(shop, AfterSending.NEXT)
    ann, page = shop.customer("zoe@mail.example"), desk.page
    asked = ann.writes("Return 0")
    shop.ticket_of(shop.customer("ida@mail.example").writes("Return 1"))
    ticket = shop.ticket_of(asked)
    for begins_there, words in ((False, "It comes today."), (True, "It came yesterday.")):
        held = Held(page, re.compile(r"/desk/t/TKT\d+/reply$"))
        send_with_the_next_one_ready(desk, ticket, words)
        is_on(page, "Return 1")
        if begins_there:
            page.wait_for_timeout(800)
            page.locator("#reply-text").press("D")
        shop.ticket_of(ann.answers(asked, "It came, thank you.", by="references"))
        held.go()
        if begins_there:
            notice = page.locator("#toasts > *", has_text=f"{ticket.number}: Not sent")
            notice.get_by_role("link", name="Go back").click()
        is_on(page, "Return 0")
        expect(page.locator("#reply-text")).to_have_value(words)
    assert shop.now(ticket).status == "open"


def test_what_was_sent_by_its_key_stands_no_longer_in_the_composer(shop: Shop, desk: Desk) -> None:
    likes(shop, AfterSending.STAY)
    tickets, page = three(shop, "Emptied"), desk.page
    page.goto(f"{desk.url}/desk/t/{tickets[0].number}")
    for key, name, said in (("r", "reply", "answer"), ("n", "note", "Note added")):
        page.keyboard.press(key)
        page.keyboard.type("It comes today.")
        page.keyboard.press("Control+Enter")
        expect(page.locator("#toasts")).to_contain_text(said)
        expect(page.locator(f"#{name}-text")).to_have_value("")
        page.keyboard.press("Escape")
    page.wait_for_timeout(800)
    page.reload()
    expect(page.locator("#reply-text")).to_have_value("")
    assert len(shop.comments(tickets[0])) == 3


def test_two_choices_that_are_both_refused_leave_what_was_there(shop: Shop, desk: Desk) -> None:
    tickets, page = three(shop, "Both"), desk.page
    page.goto(f"{desk.url}/desk?view=open&q=both")
    row = page.locator(f'[data-row="{tickets[0].id}"]')
    row.locator(".row-link").focus()
    held = Held(page, "**/desk/bulk")
    for letter in "hl":
        page.keyboard.press("p")
        page.keyboard.press(letter)
        page.keyboard.press("Enter")
    page.keyboard.press("i")
    expect(row.locator(".priority-low")).to_be_visible()
    expect(row.locator(".row-assignee .avatar")).to_be_visible()
    assert held.many == 1, "deeds reach the server in their order"
    page.context.set_offline(True)
    held.go(lambda route: route.abort())
    expect(row.locator(".priority-medium")).to_be_visible()
    expect(row.locator(".nobody")).to_be_visible()
    page.context.set_offline(False)


def test_one_deed_that_hangs_does_not_hold_the_next(shop: Shop, desk: Desk) -> None:
    tickets, page = three(shop, "Hangs"), desk.page
    page.goto(f"{desk.url}/desk?view=open&q=hangs")
    hung: list[Route] = []

    def hang_the_first(route: Route) -> None:
        if hung:
            route.continue_()
        else:
            hung.append(route)

    page.route("**/desk/bulk", hang_the_first)
    for ticket in tickets[:2]:
        page.locator(f'[data-row="{ticket.id}"] .row-link').focus()
        page.keyboard.press("i")
    expect(page.locator("#toasts .bulk-toast")).to_contain_text("1 ticket")
    assert [shop.now(one).assignee_id is None for one in tickets[:2]] == [True, False]
    hung[0].abort()


def test_a_second_click_is_none_on_the_next_ticket(shop: Shop, desk: Desk) -> None:
    likes(shop, AfterSending.NEXT)
    tickets, page = three(shop, "Twice"), desk.page
    desk.open_view("open")
    open_with_the_next_one_ready(desk, "Twice 0")
    place = page.locator('[data-key="e"]').bounding_box()
    assert place
    for _ in range(2):
        page.mouse.click(place["x"] + 8, place["y"] + 8)
        page.wait_for_timeout(150)
    is_on(page, "Twice 1")
    expect(page.locator("#toasts")).to_contain_text("resolved")
    assert [shop.now(one).status for one in tickets[:2]] == ["resolved", "open"]


def test_whoever_writes_on_the_next_ticket_stays_there(shop: Shop, desk: Desk) -> None:
    likes(shop, AfterSending.NEXT, 30)
    tickets, page = three(shop, "Onto"), desk.page
    held = Held(page, re.compile(r"/desk/t/TKT\d+/reply$"))
    send_with_the_next_one_ready(desk, tickets[0], "It comes today.")
    is_on(page, "Onto 1")
    with shop.database.transaction() as session:  # by now another one is the next
        change_priority(session, SYSTEM, tickets[2].id, "urgent", now=datetime.now(UTC))
    page.locator("#reply-text").press_sequentially("Dear customer")
    held.go()
    expect(page.locator("#toasts")).to_contain_text(f"Your answer on {tickets[0].number}")
    page.keyboard.type(", every")
    is_on(page, "Onto 1")
    expect(page.locator("#reply-text")).to_have_value("Dear customer, every")
    assert shop.now(tickets[2]).status == "open"

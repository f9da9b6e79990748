"""From ticket to ticket: after sending, after resolving, by keys, and back."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from playwright.sync_api import Page, Route, expect
from sqlalchemy import select

from helpdesk.actions.edit_canned_reply import CannedReplyDraft, add_canned_reply
from helpdesk.models import AfterSending, Person, Ticket
from helpdesk.tickets.access import actor_of
from tests.journeys.test_selection import furnish
from tests.support.browsing import assert_accessible, assert_fits
from tests.support.servers import wait_until
from tests.support.story import AGENT, Desk, Shop

pytestmark = pytest.mark.browser


def likes(shop: Shop, choice: AfterSending, undo_seconds: int = 0) -> None:
    with shop.database.transaction() as session:
        for person in session.scalars(select(Person)):
            person.after_sending, person.undo_seconds = choice, undo_seconds


def three(shop: Shop, words: str) -> list[Ticket]:
    """Three tickets, the one that waits longest first."""
    writers = (shop.customer(f"{words.lower()}{index}@mail.example") for index in range(3))
    return [shop.ticket_of(one.writes(f"{words} {at}")) for at, one in enumerate(writers)]


def is_on(page: Page, subject: str) -> None:
    expect(page.locator("#ticket-subject")).to_have_text(subject)


def test_sending_leads_to_the_next_of_the_view_and_undo_back(shop: Shop, desk: Desk) -> None:
    likes(shop, AfterSending.NEXT, 30)
    tickets = three(shop, "Onward")
    page = desk.page
    desk.open_view("open")
    desk.open_ticket("Onward 0")
    page.locator("#reply-text").fill("Dear Ann, it is on its way.")
    page.locator(".reply-form [data-send]").click()
    is_on(page, "Onward 1")
    expect(page.locator("#toasts")).to_contain_text(f"Your answer on {tickets[0].number}")
    with shop.database.reading() as session:
        first = session.get_one(Ticket, tickets[0].id)
        assert first.assignee is not None
        assert (first.assignee.address, first.status) == (AGENT, "waiting")
    page.locator("#reply-text").fill("Half an answer")
    page.get_by_role("button", name="Undo").click()
    is_on(page, "Onward 0")
    expect(page.locator("#reply-text")).to_have_value("Dear Ann, it is on its way.")
    assert (shop.now(tickets[0]).assignee_id, shop.now(tickets[0]).status) == (None, "open")
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    is_on(page, "Onward 1")
    expect(page.locator("#reply-text")).to_have_value("Half an answer")


def test_resolving_goes_on_and_the_end_leads_to_the_list(shop: Shop, desk: Desk) -> None:
    likes(shop, AfterSending.NEXT)
    tickets = three(shop, "Solve")
    page, press = desk.page, desk.page.keyboard.press
    page.goto(f"{desk.url}/desk?view=unassigned&q=solve")
    desk.open_ticket("Solve 2")  # what is searched comes newest first
    press("e")
    is_on(page, "Solve 1")
    page.locator("#toasts").get_by_role("button", name="Undo").click()
    expect(page.locator("#toasts")).to_contain_text("Undone.")
    is_on(page, "Solve 1")
    assert shop.now(tickets[2]).status == "open"
    press("j")
    is_on(page, "Solve 0")
    press("k")
    is_on(page, "Solve 1")
    press("j")
    is_on(page, "Solve 0")
    press("e")
    page.wait_for_url(f"{desk.url}/desk?*")
    expect(page.locator(".narrowed q")).to_have_text("solve")
    expect(page.locator(".row")).to_have_count(2)


def test_from_the_list_through_tickets_and_back_loads_no_page(shop: Shop, desk: Desk) -> None:
    likes(shop, AfterSending.NEXT)
    tickets = three(shop, "Swift")
    page, press = desk.page, desk.page.keyboard.press
    page.goto(f"{desk.url}/desk?view=open")
    page.evaluate("window.isSame = true")
    page.locator("#search").fill("swift")
    press("Enter")
    expect(page.locator(".narrowed q")).to_have_text("swift")
    page.locator(".row-link", has_text="Swift 2").focus()
    press("Enter")
    is_on(page, "Swift 2")
    expect(page.locator("#page-said")).to_contain_text("Swift 2")
    assert "Swift 2" in page.title()
    press("j")
    is_on(page, "Swift 1")
    page.go_back()
    is_on(page, "Swift 2")
    page.go_forward()
    is_on(page, "Swift 1")
    page.locator("#reply-text").fill("It comes today.")
    page.locator("#reply-text").press("Control+Enter")
    page.keyboard.type(" ieee", delay=60)  # meant for the answer, and no keys of the next ticket
    is_on(page, "Swift 0")
    page.wait_for_timeout(800)
    press("u")
    expect(page.locator(".row-link", has_text="Swift 0")).to_be_focused()
    expect(page.locator("#side [aria-current=page]")).to_contain_text("Open")
    assert page.evaluate("window.isSame")
    assert shop.now(tickets[1]).status == "waiting"
    assert (shop.now(tickets[0]).status, shop.now(tickets[0]).assignee_id) == ("open", None)


def test_past_a_page_and_in_a_tab_of_its_own(shop: Shop, desk: Desk) -> None:
    furnish(shop, "Paged", 55)
    page, press = desk.page, desk.page.keyboard.press
    page.goto(f"{desk.url}/desk?view=open&q=paged")
    rows, count = page.locator(".row-link"), page.locator("[data-selection-count]")
    page.locator(".row-choose").first.click()
    page.locator(".row-choose").nth(49).click()
    page.get_by_role("link", name="Next").click()
    expect(rows).to_have_count(5)
    expect(count).to_be_hidden()
    page.go_back()
    expect(count).to_have_text("2 selected")
    page.get_by_role("link", name="Next").click()
    page.get_by_role("link", name="Previous").click()
    expect(count).to_have_text("2 selected")
    press("Escape")
    rows.nth(49).click()
    is_on(page, "Paged 5")
    press("j")
    is_on(page, "Paged 4")
    press("u")
    expect(rows.first).to_be_focused()
    expect(rows.first).to_contain_text("Paged 4")
    press("k")
    with page.context.expect_page() as opened:
        page.locator(".row-link").nth(1).click(modifiers=["Control"])
    tab = opened.value
    tab.bring_to_front()
    tab.wait_for_load_state()
    is_on(tab, "Paged 3")
    tab.wait_for_function("document.readyState === 'complete'")  # its keys are heard
    tab.keyboard.press("j")
    is_on(tab, "Paged 2")
    tab.keyboard.press("u")
    expect(tab.locator(".narrowed q")).to_have_text("paged")
    expect(tab.locator(".row-link", has_text="Paged 2")).to_be_focused()
    tab.close()


def test_staying_and_going_back_are_remembered(shop: Shop, desk: Desk) -> None:
    likes(shop, AfterSending.STAY)
    three(shop, "Habit")
    page = desk.page
    page.goto(f"{desk.url}/desk?view=open&q=habit")
    desk.open_ticket("Habit 2")
    page.locator("#reply-text").fill("Here I stay.")
    page.locator(".reply-form [data-send]").click()
    expect(page.locator(".message.staff")).to_contain_text("Here I stay.")
    page.locator("#reply-text").fill("And now back.")
    page.get_by_label("Where to after sending").select_option("back")
    page.locator(".reply-form [data-send]").click()
    expect(page.locator(".row")).to_have_count(2)
    desk.open_ticket("Habit 1")
    expect(page.get_by_label("Where to after sending")).to_have_value("back")
    page.locator("#reply-text").fill("And on.")
    page.locator("#reply-text").press("Control+Shift+Enter")
    is_on(page, "Habit 0")
    # By its keys one goes on this once: what is chosen stays.
    expect(page.get_by_label("Where to after sending")).to_have_value("back")


def test_single_keys_can_be_switched_off_and_rows_be_low(shop: Shop, desk: Desk) -> None:
    three(shop, "Calm")
    page = desk.page
    page.goto(f"{desk.url}/desk/me")
    page.get_by_label("Single letters are keys").uncheck()
    page.get_by_label("More tickets in the list").check()
    page.get_by_role("button", name="Save").first.click()
    page.set_viewport_size({"width": 1440, "height": 900})
    page.goto(f"{desk.url}/desk?view=open&q=calm")
    page.locator(".row-link").first.focus()
    page.keyboard.press("e")
    page.keyboard.press("?")
    expect(page.locator("#help")).to_be_hidden()
    expect(page.locator(".row.gone")).to_have_count(0)
    height = page.locator(".row").first.bounding_box()
    assert height
    assert height["height"] <= 38
    page.goto(f"{desk.url}/desk/me")
    page.get_by_label("Single letters are keys").check()
    page.get_by_label("More tickets in the list").uncheck()
    page.get_by_role("button", name="Save").first.click()


def test_the_palette_leads_anywhere_and_does_what_can_be_done(shop: Shop, desk: Desk) -> None:
    tickets = three(shop, "Palette")
    page, press = desk.page, desk.page.keyboard.press
    desk.open_view("waiting")
    press("Control+k")
    palette = page.locator("#palette")
    field = page.get_by_role("combobox", name="Go to or do")
    expect(field).to_be_focused()
    page.keyboard.type("unas")
    expect(palette.get_by_role("option", selected=True)).to_contain_text("Unassigned")
    press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Unassigned")
    press("Control+k")
    page.keyboard.type("Palette 1")
    option = palette.get_by_role("option").filter(has_text=tickets[1].number)
    option.wait_for()
    while option.get_attribute("aria-selected") != "true":
        press("ArrowDown")
    press("Enter")
    is_on(page, "Palette 1")
    press("Control+k")
    page.keyboard.type("as me")
    expect(palette.get_by_role("option", selected=True)).to_contain_text("Assign to me")
    press("Enter")
    expect(page.locator("#toasts")).to_contain_text("It is yours now.")
    press("Control+k")
    page.keyboard.type("change requester")
    press("Enter")
    expect(page.get_by_label("Mail address of who asks")).to_be_focused()
    press("Escape")
    press("Escape")
    press("Control+k")
    page.keyboard.type("forward")
    press("Enter")
    expect(page.locator("h1")).to_contain_text("Forward")
    page.go_back()
    is_on(page, "Palette 1")
    press("Control+k")
    page.keyboard.type("palette0@mail")
    palette.get_by_role("option").filter(has_text="Tickets of palette0@mail.example").click()
    expect(page.locator(".row")).to_have_count(1)
    press("Control+k")
    press("Escape")
    expect(field).to_be_hidden()


def test_what_is_typed_goes_where_one_clicked(shop: Shop, desk: Desk) -> None:
    ann = shop.customer("ann.clicks@mail.example", "Ann")
    for which in ("first", "second", "third"):
        shop.ticket_of(ann.writes(f"Clicks {which}"))
    page = desk.page
    page.goto(f"{desk.url}/desk?view=open&q=Clicks")
    desk.open_ticket("Clicks first")
    address = page.url
    page.locator(".tab-note").click()
    page.keyboard.type("resolve it, says Zoe")
    expect(page.locator("#note-text")).to_have_value("resolve it, says Zoe")
    page.locator(".tab-reply").click()
    page.keyboard.type("i am here")
    expect(page.locator("#reply-text")).to_have_value("i am here")
    page.locator('[data-change="requester"] summary').click()
    expect(page.locator('[data-change="requester"] input[type=email]')).to_be_focused()
    page.keyboard.type("sea")
    page.locator('[data-change="priority"] summary').click()
    page.get_by_role("button", name="High").click()
    expect(page.locator("#ticket-line")).to_contain_text("High")
    # What was begun beside it is still there, to be sent or to be closed.
    expect(page.locator('[data-change="requester"] input[type=email]')).to_have_value("sea")
    page.locator("#toasts summary", has_text="Say why").click()
    expect(page.locator('#toasts input[name="reason"]')).to_be_focused()
    page.keyboard.type("They called.")
    page.keyboard.press("Enter")
    expect(page.locator('[data-change="priority"] summary')).to_be_focused()
    page.locator('[data-change="subject"] summary').click()
    expect(page.get_by_label("New subject")).to_be_focused()
    page.keyboard.type("Clicks renamed")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Clicks renamed")
    assert page.url == address
    menu = page.locator('[data-change="priority"]')
    menu.locator("summary").click()
    menu.locator(".field-choice").last.press("Tab")
    expect(menu.locator(".field-choice").last).to_be_hidden()
    page.locator("#reply-text").fill("")
    # A key that is held does once what it does.
    page.goto(f"{desk.url}/desk?view=open&q=Clicks")
    page.keyboard.press("j")
    for _ in range(3):
        page.keyboard.down("e")
    page.keyboard.up("e")
    expect(page.locator("#toasts")).to_contain_text("1 ticket: resolved now.")
    expect(page.locator(".row.gone")).to_have_count(1)
    # A form that comes back is gone on with where something is wrong.
    page.goto(f"{desk.url}/desk/new")
    page.get_by_label("Customer’s email").fill("kim@mail.example")
    page.get_by_label("Subject").fill("No")
    page.get_by_label("What they need").fill("They called.")
    page.get_by_role("button", name="Open ticket").click()
    expect(page.locator("#subject-problem")).to_be_visible()
    expect(page.get_by_label("Subject")).to_be_focused()


def test_a_snoozed_ticket_is_woken_by_an_answer_and_by_its_time(shop: Shop, desk: Desk) -> None:
    likes(shop, AfterSending.NEXT)
    tickets, ann = three(shop, "Sleeper"), shop.customer("sleeper0@mail.example")
    page, press = desk.page, desk.page.keyboard.press

    # In the list: the row's own menu, by keys; it is chosen only while that is open.
    page.goto(f"{desk.url}/desk?view=open&q=sleeper")
    page.locator(".row-link", has_text="Sleeper 0").focus()
    press("h")
    menu = page.locator('#selection [data-change="snooze"]')
    expect(menu.get_by_role("button", name="In 3 hours")).to_be_focused()
    assert_accessible(page)
    press("Escape")
    expect(page.locator(".rows input:checked")).to_have_count(0)
    press("h")
    press("ArrowDown")
    press("Enter")
    expect(page.locator("#toasts")).to_contain_text("1 ticket: snoozed until")
    expect(page.locator(".row.gone")).to_contain_text("Sleeper 0")
    expect(page.locator(".rows input:checked")).to_have_count(0)

    # On a ticket: on to the next, as after resolving.
    desk.open_ticket("Sleeper 2")
    press("i")
    expect(page.locator("#toasts")).to_contain_text("It is yours now.")
    press("h")
    press("Enter")
    is_on(page, "Sleeper 1")
    page.goto(f"{desk.url}/desk?view=snoozed&q=sleeper")
    expect(page.locator(".row")).to_have_count(2)
    assert_fits(page)

    ann.answers(ann.receives(tickets[0].number), "Are you asleep?")
    wait_until("an answer wakes it", lambda: shop.now(tickets[0]).snoozed_until is None)
    with shop.database.transaction() as session:
        session.get_one(Ticket, tickets[2].id).snoozed_until = datetime.now(UTC)
    wait_until("its time wakes it", lambda: shop.now(tickets[2]).snoozed_until is None)
    page.goto(f"{desk.url}/desk?view=mine&q=sleeper")
    expect(page.locator(".row.unread")).to_contain_text("Sleeper 2")
    page.goto(f"{desk.url}/desk/concerns")
    expect(page.locator(".concern.unseen").first).to_contain_text("woke up: its time came")


def test_where_one_goes_meanwhile_cuts_off_nothing_that_is_sent(shop: Shop, desk: Desk) -> None:
    likes(shop, AfterSending.NEXT)
    tickets = three(shop, "Slow")
    page = desk.page
    page.goto(f"{desk.url}/desk?view=open&q=slow")
    desk.open_ticket("Slow 2")
    page.locator("#reply-text").fill("It is on its way.")
    expect(page.locator(".reply-form [data-draft-state]")).to_have_text("Draft kept")

    def late(route: Route) -> None:
        page.locator("#side").get_by_role("link", name="Waiting").click()
        page.wait_for_timeout(600)  # a second click would be none
        page.locator('[data-key="e"]').click()
        expect(page.locator("#toasts")).to_contain_text(f"{tickets[2].number}: Sending")
        route.continue_()

    page.route("**/reply", late)
    page.locator("#reply-text").press("Control+Enter")
    expect(page.locator("h1")).to_contain_text("Waiting")
    page.unroute("**/reply")
    expect(page.locator(".row-link", has_text="Slow 2")).to_be_visible()
    assert shop.now(tickets[2]).status == "waiting"
    assert [one.text for one in shop.comments(tickets[2])][1:] == ["It is on its way."]
    expect(page.locator("#toasts")).to_contain_text(f"{tickets[1].number}: Now resolved")
    assert shop.now(tickets[1]).status == "resolved"


def test_a_refund_by_a_macro_in_three_keys(shop: Shop, desk: Desk) -> None:
    ann, bob = (shop.customer(f"{name}.refund@mail.example") for name in ("ann", "bob"))
    tickets = [shop.ticket_of(one.writes("Money back")) for one in (ann, bob)]
    page, press = desk.page, desk.page.keyboard.press
    page.goto(f"{desk.url}/desk?view=open&q=money")
    page.locator(".row-link").first.focus()
    press(";")
    expect(page.locator("#toasts .toast"), "there is no macro yet").to_have_count(0)
    with shop.database.transaction() as session:
        agent = actor_of(session.scalars(select(Person).where(Person.role == "agent")).one())
        refund = CannedReplyDraft(
            "Refund",
            "",
            status_after="resolved",
            assignee="me",
            tags=("refund",),
            note="Paid back.",
        )
        add_canned_reply(session, agent, refund, now=datetime.now(UTC))

    def is_offered() -> bool:  # a process of the web remembers for some seconds what there is
        page.reload()
        return page.locator('[data-change="macro"]').count() > 0

    wait_until("the macro is offered", is_offered)
    page.locator(".row-link").first.focus()
    for key in (";", "r", "Enter"):
        press(key)
    expect(page.locator("#toasts .bulk-toast")).to_be_visible()
    wait_until("it is resolved", lambda: shop.now(tickets[1]).status == "resolved")
    page.goto(f"{desk.url}/desk/t/{tickets[0].number}")
    wait_until("the macro is offered on the ticket", is_offered)
    for key in (";", "r", "Enter"):
        press(key)
    expect(page.locator("#ticket-line")).to_contain_text("Resolved")
    expect(page.locator("#ticket-line")).to_contain_text("refund")
    expect(page.locator(".history li").first).to_contain_text("Refund")
    assert shop.comments(tickets[0])[-1].text == "Paid back."
    expect(page.locator("#messages .note")).to_contain_text("Paid back.")
    page.wait_for_timeout(1500)
    expect(page.locator("#poll .pill")).to_have_count(0)
    page.locator("#toasts").get_by_role("button", name="Undo").click()
    expect(page.locator("#ticket-line")).to_contain_text("Open")
    assert shop.now(tickets[0]).assignee_id is None


def test_a_checklist_is_typed_line_by_line(shop: Shop, desk: Desk) -> None:
    ticket = shop.ticket_of(shop.customer("ann.list@mail.example").writes("Line by line"))
    page = desk.page
    page.goto(f"{desk.url}/desk?view=open&q=line")
    desk.open_ticket("Line by line")
    add = page.get_by_label("Add a thing to do")
    add.press_sequentially("Ask the warehouse")
    add.press("Enter")
    page.keyboard.type(" e")  # before the answer is there, and no key of the desk after it
    expect(page.locator(".checklist li")).to_have_count(1)
    page.keyboard.type("rase the label")
    expect(add).to_have_value(" erase the label")
    page.keyboard.press("Enter")
    boxes = page.locator(".checklist-box")
    expect(boxes).to_have_text(["Ask the warehouse", "erase the label"])
    expect(add).to_have_value("")
    assert shop.now(ticket).status == "open"
    # Dragged by its grip to another place; Esc lets go of it; Undo puts it back.
    add.fill("Tell Ann")
    add.press("Enter")
    expect(boxes).to_have_count(3)

    def drag(number: int, onto: int, then: str = "") -> None:
        grips = page.locator(".checklist [data-grip]")
        grips.nth(number).hover()
        page.mouse.down()
        place = boxes.nth(onto).bounding_box()
        assert place
        down = onto > number
        page.mouse.move(place["x"], place["y"] + (place["height"] - 2 if down else 2), steps=4)
        if then:
            page.keyboard.press(then)
        page.mouse.up()

    drag(0, 2, "Escape")
    expect(boxes).to_have_text(["Ask the warehouse", "erase the label", "Tell Ann"])
    drag(0, 2)
    expect(page.locator("#toasts")).to_contain_text("Number 3 now.")
    moved = ["erase the label", "Tell Ann", "Ask the warehouse"]
    expect(boxes).to_have_text(moved)
    page.reload()
    expect(boxes).to_have_text(moved)
    drag(2, 0)
    expect(boxes).to_have_text(["Ask the warehouse", "erase the label", "Tell Ann"])
    page.locator("#toasts").get_by_role("button", name="Undo").last.click()
    expect(boxes).to_have_text(moved)
    page.context.set_offline(True)
    drag(0, 1)
    expect(page.locator("#toasts")).to_contain_text("Not changed: no connection.")
    expect(boxes).to_have_text(moved)
    page.context.set_offline(False)

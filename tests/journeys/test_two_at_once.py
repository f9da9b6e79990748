"""Two of staff at once: each sees what the other does, within a second, without a click. And one of
staff on two pages at once: neither takes anything from the other.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.journeys.test_drafts import WORDS, kept, write
from tests.support.browsing import watch
from tests.support.servers import wait_until
from tests.support.story import PASSWORD, Desk, Shop

pytestmark = pytest.mark.browser


@pytest.fixture
def zoe(shop: Shop, browser: Browser) -> Iterator[Desk]:
    """A colleague, signed in with a browser of her own."""
    if "zoe@" not in shop.postdesk.command("person", "list"):
        shop.postdesk.command(
            "person", "add", "zoe@shop.example", "--role", "agent", "--name", "Zoe Ray",
            "--password-stdin", stdin=PASSWORD,
        )  # fmt: skip
    wrong: list[str] = []
    context = browser.new_context()
    watch(context, wrong)
    desk = Desk(context.new_page(), shop.postdesk.url)
    desk.sign_in("zoe@shop.example")
    yield desk
    context.close()
    assert not wrong


def test_who_looks_and_who_writes(shop: Shop, desk: Desk, zoe: Desk) -> None:
    ticket = shop.ticket_of(shop.customer("ann.present@mail.example", "Ann").writes("Present"))
    desk.open_view("open")
    spot = desk.page.locator(f'[data-number="{ticket.number}"] [data-present]')
    expect(spot).to_be_empty()
    zoe.open_view("open")
    zoe.open_ticket("Present")
    expect(spot).to_have_text("Zoe")
    expect(spot).to_have_attribute("title", "Zoe Ray is looking")
    zoe.page.locator("#reply-text").press_sequentially("Dear Ann")
    expect(spot).to_have_attribute("title", "Zoe Ray is writing")
    desk.open_ticket("Present")
    expect(desk.page.locator("#present")).to_have_text("Zoe Ray is writing here")
    expect(zoe.page.locator("#present")).to_contain_text("looks at this, too")
    zoe.open_view("open")
    expect(desk.page.locator("#present")).to_be_empty()


def test_what_one_changes_the_other_sees(shop: Shop, desk: Desk, zoe: Desk) -> None:
    ann = shop.customer("ann.both@mail.example", "Ann")
    ticket = shop.ticket_of(ann.writes("Both at it"))
    for one in (desk, zoe):
        one.page.goto(f"{one.url}/desk?view=open&q=%22Both+at+it%22")
    row = zoe.page.locator(f'[data-number="{ticket.number}"]')
    desk.open_ticket("Both at it")
    desk.page.locator("#reply-text").fill("Half a sentence")
    desk.page.get_by_role("button", name="Assign to me").click()
    expect(row.locator(".row-assignee")).to_contain_text("Assigned to agent")
    zoe.page.keyboard.press("j")
    zoe.page.keyboard.press("p")
    zoe.page.keyboard.press("Enter")
    expect(desk.page.locator("#ticket-line")).to_contain_text("Urgent")
    expect(desk.page.locator("#reply-text")).to_have_value("Half a sentence")


def test_an_older_answer_takes_no_newer_change_away(shop: Shop, desk: Desk, zoe: Desk) -> None:
    ticket = shop.ticket_of(shop.customer("ann.older@mail.example", "Ann").writes("Older answer"))
    page, held = desk.page, list[str]()
    for one in (desk, zoe):
        one.page.goto(f"{one.url}/desk?view=open&q=%22Older+answer%22")
    desk.open_ticket("Older answer")
    expect(page.locator("#messages")).to_be_visible()

    def late(route: Route) -> None:
        if route.request.headers.get("accept") != "*/*" or held:
            route.continue_()
            return
        held.append(route.request.url)
        before = route.fetch()  # with what Zoe did, and without what is done now
        page.locator('[data-key="i"]').click()
        expect(page.locator("#toasts .change-toast")).to_have_count(1)
        route.fulfill(response=before)

    page.route(f"**/desk/t/{ticket.number}", late)
    zoe.page.locator(".row-link").first.focus()
    zoe.page.keyboard.press("p")
    zoe.page.keyboard.press("Enter")
    expect(page.locator("#ticket-line")).to_contain_text("Urgent")
    expect(page.locator("#toasts .change-toast")).to_have_count(1)
    assert held
    page.locator("body").press("z")
    wait_until("it is taken back", lambda: shop.now(ticket).assignee_id is None)


def test_bold_is_what_one_has_not_read(shop: Shop, desk: Desk, zoe: Desk) -> None:
    ann = shop.customer("ann.unread@mail.example", "Ann")
    ticket = shop.ticket_of(ann.writes("Unread so far"))
    rows = [one.page.locator(f'[data-number="{ticket.number}"]') for one in (desk, zoe)]
    for one in (desk, zoe):
        one.page.goto(f"{one.url}/desk?view=all&q=%22Unread+so+far%22")
    for row in rows:
        expect(row).to_contain_class("unread")
        expect(row.get_by_role("link")).to_contain_text("Unread:")
    desk.open_ticket("Unread so far")
    desk.reply("It is on its way.")
    desk.page.keyboard.press("Escape")
    desk.page.keyboard.press("u")
    expect(rows[0]).to_be_visible()
    expect(rows[0]).not_to_contain_class("unread")
    expect(rows[1]).to_contain_class("unread")
    ann.answers(ann.receives("on its way"), "It came broken.")
    expect(rows[0]).to_contain_class("unread")


def test_mail_shows_at_once_and_moves_nothing(shop: Shop, desk: Desk, zoe: Desk) -> None:
    first = shop.ticket_of(shop.customer("ann.first@mail.example", "Ann").writes("The first"))
    for one in (desk, zoe):
        one.open_view("open")
    where = "[...document.querySelectorAll('.row')].map((row) => row.getBoundingClientRect().top)"
    before = desk.page.evaluate(where)
    begun = time.monotonic()
    shop.customer("ben.next@mail.example", "Ben").writes("The next")
    expect(desk.page.locator(".pill")).to_contain_text("new or changed")
    # Not a measurement: that it is no poll of twenty seconds.
    assert time.monotonic() - begun < 10
    assert desk.page.evaluate(where) == before
    assert desk.page.locator(f'[data-number="{first.number}"]').count() == 1
    stands_in_the_head(desk.page, ".queue-bar", beside="h1, .finder")
    # What came while the connection was lost shows once it is back.
    told = desk.page.locator(".pill").inner_text()
    desk.page.context.set_offline(True)
    shop.ticket_of(shop.customer("cas.late@mail.example", "Cas").writes("While away"))
    begun = time.monotonic()
    desk.page.context.set_offline(False)
    expect(desk.page.locator(".pill")).not_to_have_text(told)
    assert time.monotonic() - begun < 10


def stands_in_the_head(page: Page, head: str, beside: str) -> None:
    """The sign of what is new covers nothing that one reads, also on a phone."""
    # The sign may be swapped at any moment: it is found and judged in one step.
    covers = """([sign, others]) => {
      const pill = document.querySelector(sign);
      const box = (one) => one.getBoundingClientRect(), mine = box(pill);
      const all = [...pill.closest(".bar").querySelectorAll(others)].map(box);
      return all.filter((one) => one.width && one.left < mine.right
        && mine.left < one.right && one.top < mine.bottom && mine.top < one.bottom).length;
    }"""
    where = [f"{head} .pill", beside]
    for width in (1440, 1000, 390):
        page.set_viewport_size({"width": width, "height": 844})
        pill = page.locator(f"{head} .pill")
        expect(pill).to_be_visible()
        wait_until("at rest it covers nothing", lambda: page.evaluate(covers, where) == 0)
        bottom = "(one) => one.getBoundingClientRect().bottom"
        assert pill.evaluate(bottom) <= page.locator(head).evaluate(bottom), width
    page.set_viewport_size({"width": 1440, "height": 900})


def test_several_tabs_share_one_stream(shop: Shop, desk: Desk) -> None:
    ticket = shop.ticket_of(shop.customer("ann.tabs@mail.example", "Ann").writes("Many tabs"))
    context, asked = desk.page.context, list[str]()
    desk.open_view("open")
    tabs = [context.new_page() for _ in range(7)]
    for tab in tabs:
        tab.on("request", lambda request: asked.append(request.url.rpartition("/")[2]))
        tab.goto(f"{desk.url}/desk?view=open")
    shop.customer("ben.tabs@mail.example", "Ben").writes("Into each tab")
    for tab in tabs:
        expect(tab.locator(".pill")).to_contain_text("new or changed")
    assert "stream" not in asked
    assert tabs[-1].locator(f'[data-number="{ticket.number}"]').count() == 1


def test_the_stop_names_who_did_what_and_taking_asks(shop: Shop, desk: Desk, zoe: Desk) -> None:
    ann = shop.customer("ann.stop@mail.example", "Ann")
    shop.ticket_of(ann.writes("Stop there"))
    for one in (desk, zoe):
        one.page.goto(f"{one.url}/desk?view=open&q=%22Stop+there%22")
        one.open_ticket("Stop there")
    # Nothing of the other's is shown beside: as with a connection that is lost for a while.
    desk.page.route("**/pulse*", lambda route: route.abort())
    zoe.page.get_by_role("button", name="Assign to me").click()
    expect(zoe.page.locator("#toasts")).to_contain_text("It is yours now.")
    page = desk.page
    page.locator("#reply-text").fill("Dear Ann, this is from the other one.")
    page.get_by_role("button", name="Assign to me").click()
    expect(page.locator("#assignee-problem")).to_contain_text("Zoe Ray has it by now.")
    zoe.page.locator('[data-change="priority"] summary').click()
    zoe.page.get_by_role("button", name="Urgent").click()
    expect(zoe.page.locator("#ticket-line")).to_contain_text("Urgent")
    page.locator(".reply-form [data-send]").click()
    stop = page.locator("#reply-problem")
    told = "Meanwhile Zoe Ray took it and set the priority to urgent. Nothing was sent"
    expect(stop).to_contain_text(told)
    expect(page.locator("#reply-text")).to_have_value("Dear Ann, this is from the other one.")
    # What comes beside the writing shows, and stops the answer once all the same.
    page.unroute("**/pulse*")
    zoe.page.locator('[data-change="priority"] summary').click()
    zoe.page.get_by_role("button", name="High").click()
    expect(page.locator("#ticket-line")).to_contain_text("High")
    line = page.get_by_role("status").filter(has_text="Meanwhile:")
    expect(line).to_have_text(re.compile("Zoe Ray set the priority to high · (now|1 min)"))
    page.locator(".reply-form [data-send]").click()
    expect(stop).to_contain_text("Meanwhile Zoe Ray set the priority to high. Nothing was sent")
    page.locator(".reply-form [data-send]").click()
    expect(page.locator(".message.staff").last).to_contain_text("this is from the other one")
    # What somebody writes while one writes is one click away, and nothing typed is lost by it.
    expect(line).to_be_hidden()
    page.locator("#reply-text").fill("And one more thing")
    zoe.page.reload()
    zoe.page.locator("#reply-text").fill("I wrote to her as well.")
    zoe.page.locator(".reply-form [data-send]").click()
    line.get_by_role("link", name="Zoe Ray wrote").click()
    expect(page.locator(".message.staff").last).to_contain_text("I wrote to her as well.")
    expect(page.locator("#reply-text")).to_have_value("And one more thing")


def test_taking_rows_that_somebody_just_took_asks(shop: Shop, desk: Desk, zoe: Desk) -> None:
    ann = shop.customer("ann.rows@mail.example", "Ann")
    for which in ("first", "second"):
        shop.ticket_of(ann.writes(f"Rows {which}"))
    for one in (desk, zoe):
        one.page.goto(f"{one.url}/desk?view=open&q=Rows")
    page = desk.page
    # As with a connection that is lost for a while: what Zoe does is not shown.
    page.route("**/desk/rows*", lambda route: route.abort())
    page.locator(".row-link").nth(1).wait_for()
    zoe.page.locator("[data-choose-page]").check()
    zoe.page.keyboard.press("i")
    expect(zoe.page.locator("#toasts")).to_contain_text("2 tickets: given to Zoe Ray.")
    page.locator(".row-assignee").first.click()
    page.locator("#row-menu").get_by_role("button", name="Me", exact=True).click()
    page.unroute("**/desk/rows*")
    toast = page.locator("#toasts .bulk-toast")
    expect(toast).to_contain_text("was not changed: Zoe Ray has it by now.")
    toast.get_by_role("button", name="Assign anyway").click()
    expect(toast).to_contain_text("1 ticket: given to")
    expect(page.locator(".row-assignee").first).not_to_contain_text("Zoe Ray")
    expect(page.locator(".row-assignee").nth(1)).to_contain_text("Zoe Ray")


def test_two_tabs_lose_neither_text(shop: Shop, desk: Desk) -> None:
    shop.ticket_of(shop.customer("ann.tabs@mail.example", "Ann").writes("Two tabs"))
    page = desk.page
    desk.open_view("open")
    desk.open_ticket("Two tabs")
    stale = page.context.new_page()
    stale.goto(page.url)
    write(page, WORDS)
    kept(page)
    write(stale, "Something else")
    state = stale.locator(".reply-form [data-draft-state]")
    expect(state).to_contain_text("You also write this on another page: “Dear Ann, the wheel")
    expect(stale.locator("#reply-text")).to_have_value("Something else")
    state.get_by_role("button", name="Keep this one").click()
    kept(stale)
    write(page, WORDS + " Soon.")
    page.get_by_role("button", name="Take that text").click()
    expect(page.locator("#reply-text")).to_have_value("Something else")
    write(page, "A third")
    kept(page)
    stale.reload()
    write(page, "A fourth")
    kept(page)
    write(stale, "A fifth")
    expect(state).to_contain_text("You also write this on another page")
    stale.goto(f"{desk.url}/desk")
    expect(stale.locator("#views")).to_be_visible()
    page.reload()
    expect(page.locator("#reply-text")).to_have_value("A fifth\n\nA fourth")


def test_a_second_new_ticket_is_not_lost_beside_the_first(desk: Desk) -> None:
    page = desk.page
    state = page.locator("[data-draft-state]")
    text = page.locator("textarea[name=description]")
    page.goto(f"{desk.url}/desk/new")
    text.fill("She called.")
    expect(state).to_have_text("Draft kept")
    second = f"{desk.url}/desk/new?customer=ann.second@mail.example"
    page.goto(second)
    expect(state).to_contain_text("No draft of it is kept")
    leaving = "() => !dispatchEvent(new Event('beforeunload', {cancelable: true}))"
    assert not page.evaluate(leaving)
    text.fill("He called.")
    page.get_by_label("Subject").fill("A second call")
    assert page.evaluate(leaving)
    page.goto(second)
    expect(text).to_have_value("He called.")
    expect(page.get_by_label("Subject")).to_have_value("A second call")
    page.get_by_role("button", name="Open ticket").click()
    expect(page.locator("h1")).to_have_text("A second call")
    page.wait_for_load_state()
    page.goto(second)
    expect(state).to_contain_text("No draft of it is kept")
    expect(text).to_have_value("")
    page.goto(f"{desk.url}/desk/new")
    expect(text).to_have_value("She called.")
    page.get_by_label("Customer’s email").fill("ann.first@mail.example")
    page.get_by_label("Subject").fill("The first call")
    page.get_by_role("button", name="Open ticket").click()
    expect(page.locator("h1")).to_have_text("The first call")
    page.go_back()
    expect(page.get_by_label("Subject")).to_have_value("")
    expect(text).to_have_value("")

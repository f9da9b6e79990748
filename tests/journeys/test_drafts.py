"""Nothing that is typed at the desk is lost, whatever happens beside it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.support.browsing import watch
from tests.support.story import PASSWORD, Desk, Shop
from tests.web.conftest import PNG

pytestmark = pytest.mark.browser

WORDS = "Dear Ann,\n\nthe wheel is on its way."


def write(page: Page, text: str) -> None:
    page.locator("#reply-text").fill(text)


def kept(page: Page) -> None:
    expect(page.locator(".reply-form [data-draft-state]")).to_have_text("Draft kept")


def test_a_killed_browser_and_another_device(
    shop: Shop, browser: Browser, context: BrowserContext, tmp_path: Path
) -> None:
    shop.ticket_of(shop.customer("ann.killed@mail.example", "Ann").writes("A killed browser"))
    map_file = tmp_path / "map.txt"
    map_file.write_text("over the hills")
    dying = browser.new_context()
    desk = Desk(dying.new_page(), shop.postdesk.url)
    desk.sign_in()
    desk.open_view("open")
    desk.open_ticket("A killed browser")
    write(desk.page, WORDS)
    desk.page.locator("#reply-files").set_input_files(map_file)
    kept(desk.page)
    expect(desk.page.locator(".reply-form [data-kept]")).to_contain_text("map.txt")
    address = desk.page.url
    dying.close()

    again = Desk(context.new_page(), shop.postdesk.url)
    again.sign_in()
    again.page.goto(address)
    expect(again.page.locator("#reply-text")).to_have_value(WORDS)
    expect(again.page.locator(".reply-form [data-kept]")).to_contain_text("map.txt")
    again.page.locator(".reply-form [data-send]").click()
    expect(again.page.locator(".message.staff")).to_contain_text("map.txt")
    expect(again.page.locator("#reply-text")).to_have_value("")


def test_changes_beside_it_take_no_letter(shop: Shop, desk: Desk) -> None:
    shop.ticket_of(shop.customer("ann.beside@mail.example", "Ann").writes("Changes beside it"))
    page = desk.page
    desk.open_view("open")
    desk.open_ticket("Changes beside it")
    address = page.url
    write(page, WORDS)
    page.get_by_role("button", name="Assign to me").click()
    expect(page.locator(".history").first).to_contain_text("Assignee")
    page.locator("#reply-text").focus()
    page.keyboard.press("Control+End")
    page.keyboard.type(" Tomorrow")
    page.locator('[data-change="priority"] summary').click()
    page.get_by_role("button", name="Urgent", exact=True).click()
    expect(page.locator(".history").first).to_contain_text("Medium → Urgent")
    expect(page.locator('[data-change="priority"] summary')).to_be_focused()
    page.locator('[data-change="order"] summary').click()
    page.get_by_label("Order number").fill("no such order")
    page.get_by_role("button", name="Change order").click()
    expect(page.locator("#order-problem")).to_be_visible()
    page.get_by_role("button", name="Resolve", exact=True).click()
    expect(page.locator("#ticket-line")).to_contain_text("Resolved")
    assert page.url == address
    expect(page.locator("#reply-text")).to_have_value(WORDS + " Tomorrow")
    page.reload()
    expect(page.locator("#reply-text")).to_have_value(WORDS + " Tomorrow")


def test_what_leads_elsewhere_keeps_it(shop: Shop, desk: Desk) -> None:
    for name in ("First", "Second"):
        ann = shop.customer(f"ann.{name.lower()}@mail.example", "Ann")
        shop.ticket_of(ann.writes(f"{name} of two"))
    page = desk.page
    desk.open_view("open")
    desk.open_ticket("First of two")
    write(page, WORDS)
    page.get_by_role("button", name="Preview").click()
    expect(page.get_by_role("button", name="Back to writing")).to_be_visible()
    desk.open_view("open")
    desk.open_ticket("First of two")
    expect(page.locator("#reply-text")).to_have_value(WORDS)
    page.locator(".tab-note").click()
    page.locator("#note-text").fill("Ask the smith.")
    page.get_by_role("link", name="Back to the list").click()
    row = page.locator(".row", has_text="First of two")
    expect(row.get_by_title("You have begun an answer")).to_be_visible()
    desk.open_ticket("First of two")
    expect(page.locator("#reply-text")).to_have_value(WORDS)
    expect(page.locator("#note-text")).to_have_value("Ask the smith.")


def test_files_are_stored_once_and_a_picture_can_still_stand_in_the_text(
    shop: Shop, desk: Desk, tmp_path: Path
) -> None:
    shop.ticket_of(shop.customer("ann.files@mail.example", "Ann").writes("Files in a draft"))
    picture = tmp_path / "wheel.png"
    picture.write_bytes(PNG)
    page = desk.page
    desk.open_view("open")
    desk.open_ticket("Files in a draft")
    saves: list[str] = []
    page.on("request", lambda asked: saves.append(asked.url) if "/draft/" in asked.url else None)
    # Typed while the file is on its way.
    page.route("**/draft/reply", lambda route: (page.wait_for_timeout(600), route.continue_()))
    page.locator("#reply-files").set_input_files(picture)
    page.wait_for_timeout(1_200)
    write(page, WORDS)
    leaving = "() => !dispatchEvent(new Event('beforeunload', {cancelable: true}))"
    assert page.evaluate(leaving), "the browser asks while the file is on its way"
    expect(page.locator(".reply-form [data-kept]")).to_contain_text("wheel.png")
    page.unroute("**/draft/reply")
    page.get_by_role("button", name="Show in the text").click()
    expect(page.locator("#reply-text")).to_have_value(WORDS + "\n\n[image: wheel.png]\n")
    page.wait_for_timeout(3_000)
    kept(page)
    assert not page.evaluate(leaving)
    done = len(saves)
    page.wait_for_timeout(3_000)
    assert len(saves) == done <= 4, "what is kept is not sent again and again"
    page.reload()
    expect(page.locator("#reply-text")).to_have_value(WORDS + "\n\n[image: wheel.png]\n")
    expect(page.get_by_role("button", name="Show in the text")).to_be_visible()
    # A small file goes along with a page that goes at once.
    page.route("**/draft/reply", lambda route: route.abort())
    page.locator("#reply-files").set_input_files(
        {"name": "a.txt", "mimeType": "text/plain", "buffer": b"hills"}
    )
    page.unroute("**/draft/reply")
    page.goto(f"{desk.url}/desk")
    desk.open_view("open")
    desk.open_ticket("Files in a draft")
    expect(page.locator(".reply-form [data-kept]")).to_contain_text("a.txt")


def test_signed_out_meanwhile_one_signs_in_in_place(shop: Shop, desk: Desk, tmp_path: Path) -> None:
    shop.ticket_of(shop.customer("ann.out@mail.example", "Ann").writes("Signed out"))
    page = desk.page
    desk.open_view("open")
    desk.open_ticket("Signed out")
    address = page.url
    map_file = tmp_path / "map.txt"
    map_file.write_text("over the hills")
    page.context.clear_cookies()
    page.locator("#reply-text").focus()  # who types goes on, whenever it is said
    page.locator("#reply-files").set_input_files(map_file)
    write(page, WORDS)
    dialog = page.get_by_role("dialog", name="You are signed out")
    expect(dialog).to_be_visible()
    page.keyboard.type(" Soon.")
    expect(page.locator("#reply-text")).to_have_value(WORDS + " Soon.")
    expect(page.locator(".reply-form [data-draft-state]")).to_contain_text("you are signed out")
    expect(dialog.locator(".problem")).to_be_hidden()
    dialog.get_by_label("Password").fill("a wrong password")
    dialog.get_by_role("button", name="Sign in").click()
    expect(dialog.get_by_role("alert")).to_contain_text("do not match")
    dialog.get_by_role("button", name="Not now").click()
    page.get_by_role("button", name="Assign to me").click()
    expect(dialog).to_be_visible()
    dialog.get_by_label("Password").fill(PASSWORD)
    dialog.get_by_role("button", name="Sign in").click()
    expect(dialog).to_be_hidden()
    kept(page)
    expect(page.locator(".reply-form [data-kept]")).to_contain_text("map.txt")
    assert page.url == address
    page.get_by_role("button", name="Assign to me").click()
    expect(page.locator("#toasts")).to_contain_text("It is yours now.")
    page.locator("#toasts").get_by_role("button", name="Undo").dblclick()
    expect(page.locator("#toasts")).to_contain_text("Undone.")
    expect(page.locator("#toasts")).not_to_contain_text("It is yours now.")
    expect(page.locator("#toasts")).not_to_contain_text("changed again")
    page.locator(".reply-form [data-send]").click()
    expect(page.locator(".message.staff")).to_contain_text("map.txt")
    # No key leads to the sign-in page, away from what is typed.
    page.route("**/pulse*", lambda route: route.abort())
    page.context.clear_cookies()
    write(page, "And thank you.")
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    expect(dialog).to_be_visible()
    assert page.url.partition("#")[0] == address


def test_signed_in_again_in_another_tab_one_goes_on(shop: Shop, desk: Desk) -> None:
    shop.ticket_of(shop.customer("ann.again@mail.example", "Ann").writes("In again"))
    page = desk.page
    desk.open_view("open")
    desk.open_ticket("In again")
    page.route("**/pulse*", lambda route: route.abort())  # which would notice it first, and ask
    page.context.clear_cookies()
    other = Desk(page.context.new_page(), shop.postdesk.url)
    other.sign_in()
    other.page.locator("#views").wait_for()
    page.bring_to_front()
    write(page, WORDS)
    kept(page)
    expect(page.get_by_role("dialog", name="You are signed out")).to_be_hidden()
    page.locator(".reply-form [data-send]").click()
    expect(page.locator(".message.staff")).to_contain_text("the wheel is on its way")


def test_signed_out_before_sending_nothing_is_sent_and_nothing_lost(shop: Shop, desk: Desk) -> None:
    shop.ticket_of(shop.customer("ann.long@mail.example", "Ann").writes("Long open"))
    page = desk.page
    page.clock.install()
    desk.open_view("open")
    desk.open_ticket("Long open")
    write(page, WORDS)
    page.clock.fast_forward(60_000)
    kept(page)
    page.context.clear_cookies()
    page.locator(".reply-form [data-send]").click()
    dialog = page.get_by_role("dialog", name="You are signed out")
    expect(dialog).to_be_visible()
    expect(page.locator("#reply-text")).to_have_value(WORDS)
    dialog.get_by_label("Password").fill(PASSWORD)
    dialog.get_by_role("button", name="Sign in").click()
    expect(dialog).to_be_hidden()
    page.locator(".reply-form [data-send]").click()
    expect(page.locator(".message.staff")).to_contain_text("the wheel is on its way")
    # Kept in one session, sent in the next, which another tab began.
    page.route("**/pulse*", lambda route: route.abort())
    write(page, "And thank you.")
    kept(page)
    page.context.clear_cookies()
    other = Desk(page.context.new_page(), shop.postdesk.url)
    other.sign_in()
    other.page.locator("#views").wait_for()
    page.clock.fast_forward(60_000)
    page.locator(".reply-form [data-send]").click()
    expect(page.locator(".message.staff").nth(1)).to_contain_text("And thank you.")


def test_undo_gives_back_what_was_sent_and_keeps_what_is_being_typed(
    shop: Shop, desk: Desk
) -> None:
    shop.ticket_of(shop.customer("ann.undo@mail.example", "Ann").writes("Sent too early"))
    page = desk.page
    desk.set_undo(30)
    desk.open_view("open")
    desk.open_ticket("Sent too early")
    address = page.url
    desk.reply(WORDS)
    write(page, "And thank you.")
    page.locator(".undo-toast [data-undo]").click()
    expect(page.locator("#reply-text")).to_have_value(f"{WORDS}\n\nAnd thank you.")
    assert page.url.partition("#")[0] == address
    page.reload()
    expect(page.locator("#reply-text")).to_have_value(f"{WORDS}\n\nAnd thank you.")


def test_a_colleague_sees_that_somebody_writes(shop: Shop, desk: Desk, browser: Browser) -> None:
    shop.postdesk.command(
        "person",
        "add",
        "zoe@shop.example",
        "--role",
        "agent",
        "--name",
        "Zoe Ray",
        "--password-stdin",
        stdin=PASSWORD,
    )
    shop.ticket_of(shop.customer("ann.two@mail.example", "Ann").writes("Two at once"))
    wrong: list[str] = []
    context = browser.new_context()
    watch(context, wrong)
    zoe = Desk(context.new_page(), shop.postdesk.url)
    zoe.sign_in("zoe@shop.example")
    for one in (zoe, desk):
        one.open_view("open")
        one.open_ticket("Two at once")
    write(zoe.page, WORDS)
    kept(zoe.page)
    expect(desk.page.locator("#colleagues-write")).to_contain_text(
        "Zoe Ray has begun an answer", timeout=20_000
    )
    write(zoe.page, "")
    expect(zoe.page.locator(".reply-form [data-draft-state]")).to_have_text("")
    expect(desk.page.locator("#colleagues-write")).to_be_empty(timeout=20_000)
    # The colleague merges the ticket while Zoe writes on it.
    onto = shop.ticket_of(shop.customer("ann.two@mail.example", "Ann").writes("It goes on")).number
    write(zoe.page, WORDS)
    kept(zoe.page)
    desk.page.locator('[data-change="into"] summary').click()
    desk.page.locator('[data-change="into"] input[name="into"]').fill(onto)
    desk.page.get_by_role("button", name="Merge", exact=True).click()
    expect(desk.page.locator("h1")).to_have_text("It goes on")
    where = zoe.page.locator("#goes-on")
    expect(where).to_contain_text(f"goes on in {onto}", timeout=20_000)
    zoe.page.locator("#reply-text").press_sequentially(" Soon.")
    state = zoe.page.locator(".reply-form [data-draft-state]")
    expect(state).to_contain_text(f"merged into {onto}. Draft kept there")
    zoe.page.locator(".reply-form [data-send]").click()
    expect(zoe.page.locator("#toasts")).to_contain_text("is not sent yet")
    expect(zoe.page.locator("#reply-text")).to_have_value(WORDS + " Soon.")
    assert not wrong
    context.close()


def test_what_does_not_go_through_is_kept_and_what_does_is_gone(shop: Shop, desk: Desk) -> None:
    shop.ticket_of(shop.customer("ann.back@mail.example", "Ann").writes("Back after sending"))
    page = desk.page
    desk.open_view("open")
    desk.open_ticket("Back after sending")
    address = page.url
    write(page, WORDS)
    page.locator("#reply-files").set_input_files(
        {"name": "map.txt", "mimeType": "text/plain", "buffer": b"over the hills"}
    )
    sending = re.compile(r"/t/[^/]+/reply$")
    page.route(
        sending,
        lambda route: (
            page.wait_for_timeout(300),  # until Control is up again
            page.keyboard.type(" Soon."),
            route.fulfill(status=502, body="Bad gateway"),
        ),
    )
    kept(page)
    send = page.locator(".reply-form [data-send]")
    page.context.set_offline(True)
    for typed in (WORDS, WORDS + "!"):
        write(page, typed)
        send.click()
        expect(page.locator("#toasts .toast")).to_contain_text("Not sent: the server cannot be")
        page.locator("#toasts").evaluate("(box) => box.replaceChildren()")
    page.context.set_offline(False)
    page.route("**/draft/reply", lambda route: None)  # which is never answered
    write(page, WORDS + "?")
    send.click()
    state = page.locator(".reply-form [data-draft-state]")
    expect(state).to_have_text("Kept first, then sent …")
    expect(state).to_contain_text("the server does not answer", timeout=15_000)
    page.unroute("**/draft/reply")
    write(page, WORDS)
    kept(page)
    page.locator(".copies summary").click()
    page.locator("[name=cc]").fill("ann")
    page.locator(".copies summary").click()
    send.click()
    expect(page.locator("[name=cc]")).to_be_focused()
    page.locator("[name=cc]").fill("")
    kept(page)
    page.locator("#reply-text").press("Control+Enter")
    expect(page.locator("#toasts")).to_contain_text("Not sent: the server did not take it.")
    expect(page.locator("#reply-text")).to_have_value(WORDS + " Soon.")
    kept(page)
    page.unroute(sending)
    page.goto(address)
    expect(page.locator("#reply-text")).to_have_value(WORDS + " Soon.")
    expect(page.locator(".reply-form [data-kept]")).to_contain_text("map.txt")
    send.click()
    expect(page.locator(".message.staff")).to_contain_text("the wheel is on its way")
    page.goto(f"{desk.url}/desk/me")
    page.go_back()
    expect(page.locator("#reply-text")).to_have_value("")


def test_from_a_preview_the_keys_lead_back_to_the_place_or_send(shop: Shop, desk: Desk) -> None:
    ticket = shop.ticket_of(shop.customer("ann.looks@mail.example", "Ann").writes("Looked at"))
    page = desk.page
    desk.open_view("open")
    desk.open_ticket("Looked at")
    write(page, WORDS)
    page.locator("#reply-text").evaluate("area => area.setSelectionRange(9, 14)")
    page.get_by_role("button", name="Preview").click()
    expect(page.get_by_role("heading", name="Preview")).to_be_visible()
    page.wait_for_load_state()  # its keys are heard from here on
    page.keyboard.press("Escape")
    area = page.locator("#reply-text")
    expect(area).to_be_focused()
    expect(area).to_have_value(WORDS)
    assert area.evaluate("area => [area.selectionStart, area.selectionEnd]") == [9, 14]
    page.get_by_role("button", name="Preview").click()
    expect(page.get_by_role("heading", name="Preview")).to_be_visible()
    page.wait_for_load_state()
    page.keyboard.press("Control+Enter")
    expect(page.locator(".message.staff")).to_contain_text("the wheel is on its way")
    assert [one.text for one in shop.comments(ticket) if one.from_staff] == [WORDS]

"""Many tickets at once: by clicks, by keys, a thousand of them, and back."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select, update

from helpdesk.actions.change_checklist import add_item
from helpdesk.actions.change_tags import change_tags
from helpdesk.actions.create_ticket import TicketDraft, create_ticket
from helpdesk.actions.edit_canned_reply import CannedReplyDraft, add_canned_reply
from helpdesk.actions.edit_custom_field import FieldDraft, add_custom_field
from helpdesk.actions.edit_team import TeamDraft, add_team
from helpdesk.actions.set_mailbox_rights import set_mailbox_rights
from helpdesk.actions.set_up import add_mailbox
from helpdesk.models import Mailbox, Person, Ticket
from helpdesk.tickets.access import actor_of
from tests.support.servers import wait_until
from tests.support.story import PASSWORD, Desk, Shop

pytestmark = pytest.mark.browser
MINUTES = 200_000.0

COUNT_CLICKS = """() => {
  window.clicks = 0;
  window.stayed = true;
  const isClick = (event) => event.isTrusted && event.detail > 0;
  document.addEventListener("click", (event) => { if (isClick(event)) window.clicks += 1; }, true);
}"""


def furnish(shop: Shop, words: str, many: int, *, acknowledge: bool = False) -> list[int]:
    """So many new tickets; their ids."""
    ids = []
    with shop.database.reading() as session:
        agent = session.scalars(select(Person).order_by(Person.id)).first()
    assert agent
    for begun in range(0, many, 50):
        with shop.database.transaction() as session:
            for index in range(begun, min(many, begun + 50)):
                draft = TicketDraft(f"{words} {index}", "It leaks.", customer="kim@mail.example")
                actor, now = actor_of(agent), datetime.now(UTC)
                ticket = create_ticket(session, actor, draft, acknowledge=acknowledge, now=now)
                ids.append(ticket.id)
    return ids


@pytest.fixture(scope="module", autouse=True)
def colleagues(shop: Shop) -> None:
    """Those whom tickets are given to, hired before anybody looks."""
    for name in ("Maya", "Nils", "Olga", "Pia"):
        shop.postdesk.command(
            "person", "add", f"{name.lower()}@shop.example", "--name", name, "--role", "agent",
            "--password-stdin", stdin=PASSWORD,
        )  # fmt: skip


def folders(shop: Shop, ids: list[int]) -> Counter[str]:
    """How many of these tickets are where."""
    with shop.database.reading() as session:
        return Counter(session.scalars(select(Ticket.folder).where(Ticket.id.in_(ids))))


def standing(shop: Shop, ids: list[int]) -> Counter[tuple[str, str, str]]:
    """How many of these tickets have which assignee, priority and status."""
    with shop.database.reading() as session:
        tickets = session.scalars(select(Ticket).where(Ticket.id.in_(ids))).all()
        return Counter(
            (one.assignee.shown_name if one.assignee else "", one.priority, one.status)
            for one in tickets
        )


def search(desk: Desk, words: str) -> None:
    desk.page.goto(f"{desk.url}/desk?view=open&q={words}")
    desk.page.evaluate(COUNT_CLICKS)


def told(page: Page, words: str) -> None:
    expect(page.locator("#toasts .bulk-toast").first).to_contain_text(words)


def test_ten_for_one_colleague_in_fifteen_clicks(shop: Shop, desk: Desk) -> None:
    ids = furnish(shop, "Fifteen", 10)
    page = desk.page
    search(desk, "Fifteen")
    for box in page.locator(".row-choose").all():
        box.click()
    expect(page.locator("[data-selection-count]")).to_have_text("10 selected")
    page.locator(".selection-bar summary", has_text="Assign").click()
    page.get_by_role("button", name="Maya").click()
    told(page, "10 tickets: given to Maya.")
    page.locator(".selection-bar summary", has_text="Priority").click()
    page.get_by_role("button", name="High").click()
    told(page, "10 tickets: priority high.")
    assert page.evaluate("[window.stayed, window.clicks]") == [True, 14]
    assert standing(shop, ids) == {("Maya", "high", "open"): 10}
    page.locator("#toasts").get_by_role("button", name="Undo").click()
    told(page, "Undone: 10 tickets.")
    assert standing(shop, ids) == {("Maya", "medium", "open"): 10}


def test_each_to_another_in_four_clicks_without_a_page(shop: Shop, desk: Desk) -> None:
    ids = furnish(shop, "Single", 10)
    page = desk.page
    search(desk, "Single")
    wanted = [("Nils", "Urgent"), ("Olga", "Low")] * 5
    for row, (name, priority) in zip(page.locator(".row").all(), wanted, strict=True):
        row.locator('[data-row-change="assignee"]').click()
        page.locator("#row-menu").get_by_role("button", name=name).click()
        expect(row.locator(".row-assignee")).to_contain_text(f"Assigned to {name}")
        row.locator('[data-row-change="priority"]').click()
        page.locator("#row-menu").get_by_role("button", name=priority).click()
        expect(row.locator(f".priority-{priority.lower()}")).to_be_visible()
    assert page.evaluate("[window.stayed, window.clicks]") == [True, 40]
    given = {("Nils", "urgent", "open"): 5, ("Olga", "low", "open"): 5}
    wait_until("all ten are given", lambda: standing(shop, ids) == given)


def test_both_by_keys_alone(shop: Shop, desk: Desk) -> None:
    ids = furnish(shop, "Keys", 10)
    page, press = desk.page, desk.page.keyboard.press
    search(desk, "Keys")
    press("j")
    press("x")
    for _ in range(9):
        press("j")
    press("X")
    expect(page.locator("[data-selection-count]")).to_have_text("10 selected")
    press("a")
    page.keyboard.type("Pia")
    expect(page.get_by_role("button", name="Pia")).to_be_focused()
    press("Enter")
    told(page, "10 tickets: given to Pia.")
    expect(page.locator(".row-link").last).to_be_focused()
    press("t")
    page.keyboard.type("refund")
    press("Enter")
    told(page, "10 tickets: tagged refund.")
    expect(page.locator(".row .tag", has_text="refund")).to_have_count(10)
    press("Escape")
    expect(page.locator(".selection-bar")).to_be_hidden()
    press("t")
    page.keyboard.type("fun")
    press("ArrowDown")
    expect(page.locator("#row-menu .field-choice", has_text="refund")).to_be_focused()
    press("ArrowUp")
    page.locator("#row-menu [data-tag-typed]").fill("VIP")
    press("Enter")
    told(page, "1 ticket: tagged VIP.")
    expect(page.locator(".row .tag", has_text="VIP")).to_have_count(1)
    press("p")
    press("ArrowDown")
    press("Enter")
    told(page, "1 ticket: priority high.")
    press("k")
    press("i")
    told(page, "1 ticket: given to agent, and was Pia’s.")
    press("z")
    told(page, "Undone: 1 ticket.")
    press("e")
    told(page, "1 ticket: resolved now.")
    expect(page.locator(".row.gone")).to_have_count(1)
    expect(page.locator(".row-link").last).to_be_focused()
    assert page.evaluate("window.clicks") == 0
    assert standing(shop, ids) == {
        ("Pia", "medium", "open"): 8, ("Pia", "high", "open"): 1, ("Pia", "medium", "resolved"): 1
    }  # fmt: skip
    press("k")
    press("o")
    page.locator("#messages").wait_for()
    press("t")
    page.keyboard.type("bank, late parcel")
    press("Enter")
    expect(page.locator("#ticket-line .tag")).to_have_text(["bank", "late parcel", "refund"])
    press("z")
    expect(page.locator("#ticket-line .tag")).to_have_text(["refund"])


def test_keys_and_boxes_do_what_stands_there(shop: Shop, desk: Desk) -> None:
    ids = furnish(shop, "Plain", 6)
    page, press = desk.page, desk.page.keyboard.press
    search(desk, "Plain")
    press("j")
    for key, letter in ("pl", "ao"):
        press(key)
        page.keyboard.type(letter)
        press("Enter")
        expect(page.locator(".row-link").first).to_be_focused()
    told(page, "1 ticket: given to Olga.")
    assert standing(shop, ids)["Olga", "low", "open"] == 1
    gone = page.locator(".row.gone")
    for many in (1, 2):
        press("e")
        expect(gone).to_have_count(many)
    for many in (1, 0):
        press("z")
        expect(gone).to_have_count(many)
    told(page, "Undone: 1 ticket.")
    page.locator(".row-choose").nth(2).click()
    press("j")
    expect(page.locator(".row-link").nth(3)).to_be_focused()
    press("p")
    press("Escape")
    expect(page.locator(".row-link").nth(3)).to_be_focused()
    # A row is chosen: all of the page can be.
    shown = page.locator("[data-choose-shown]")
    assert shown.evaluate("one => one.indeterminate")
    shown.check()
    expect(page.locator("[data-selection-count]")).to_have_text("6 selected")
    expect(shown).to_be_focused()
    shown.press("Space")
    expect(page.locator("[data-choose-page]")).to_be_focused()
    page.locator(".row-choose").nth(2).click()
    press("j")
    page.locator(".selection-bar summary", has_text="Status").click()
    press("Escape")
    press("j")
    expect(page.locator(".row-link").nth(4)).to_be_focused()
    page.locator(".row-choose input").nth(2).press("Enter")
    page.locator("#messages").wait_for()
    assert standing(shop, ids)["", "medium", "open"] == 5


@pytest.mark.timeout(900)
def test_a_thousand_with_progress_and_one_undo(own_shop: Shop, page: Page) -> None:
    ids = furnish(own_shop, "Thousand", 1000)
    desk = Desk(page, own_shop.postdesk.url)
    desk.sign_in()
    desk.open_view("open")
    page.locator("[data-choose-page]").check()
    page.get_by_text("Select all 1,000 that match").click()
    expect(page.locator("[data-selection-count]")).to_have_text("All 1,000 selected")
    expect(page.locator(".row-link").first).to_be_focused()
    page.locator(".selection-bar summary", has_text="Priority").click()
    page.get_by_role("button", name="Urgent").click()
    expect(page.locator("#toasts progress")).to_be_visible()
    expect(page.locator("#toasts")).to_contain_text(
        "1,000 tickets: priority urgent.", timeout=MINUTES
    )
    assert standing(own_shop, ids) == {("", "urgent", "open"): 1000}
    expect(page.locator(".selection-bar")).to_be_hidden()
    page.locator("#toasts").get_by_role("button", name="Undo").click()
    expect(page.locator("#toasts")).to_contain_text("Undone: 1,000 tickets.", timeout=MINUTES)
    assert standing(own_shop, ids) == {("", "medium", "open"): 1000}
    # A wave of spam: choosing all of it, and one key; and all of it back by one.
    page.locator("[data-choose-page]").check()
    page.get_by_text("Select all 1,000 that match").click()
    page.keyboard.press("!")
    expect(page.locator("#toasts")).to_contain_text("1,000 tickets: in spam.", timeout=MINUTES)
    assert folders(own_shop, ids) == {"spam": 1000}
    page.locator("#toasts").get_by_role("button", name="Undo").click()
    expect(page.locator("#toasts")).to_contain_text("Undone: 1,000 tickets.", timeout=MINUTES)
    assert folders(own_shop, ids) == {"inbox": 1000}


def test_a_page_that_goes_leaves_nothing_half_done(own_shop: Shop, page: Page) -> None:
    ids = furnish(own_shop, "Left", 400)
    desk = Desk(page, own_shop.postdesk.url)
    desk.sign_in()
    desk.open_view("open")
    page.locator("[data-choose-page]").check()
    page.get_by_text("Select all 400 that match").click()
    page.get_by_role("button", name="Resolve").click()
    expect(page.locator("#toasts progress")).to_be_visible()
    page.close()

    def all_resolved() -> bool:
        return standing(own_shop, ids)["", "medium", "resolved"] == 400

    wait_until("all are resolved", all_resolved, seconds=MINUTES / 1000)


def test_what_cannot_be_changed_is_named(shop: Shop, desk: Desk) -> None:
    furnish(shop, "Partly", 3)
    page = desk.page
    search(desk, "Partly")
    for box in page.locator(".row-choose").all()[:2]:
        box.click()
    page.locator(".selection-bar summary", has_text="Merge").click()
    page.locator("[data-merge-into] button").first.click()
    told(page, "1 ticket: merged into")
    page.keyboard.press("Escape")
    desk.page.goto(f"{desk.url}/desk?view=all&q=Partly")
    page.locator("[data-choose-page]").check()
    page.get_by_role("button", name="Resolve").click()
    told(page, "2 tickets: resolved now. 1 not changed.")
    page.get_by_role("link", name="Which and why").click()
    expect(page.locator("main")).to_contain_text("This ticket was merged into")
    page.get_by_role("link", name="Back to the list").click()
    expect(page.locator(".narrowed q")).to_have_text("Partly")


def test_back_from_a_ticket_is_the_row_and_what_was_chosen(shop: Shop, desk: Desk) -> None:
    furnish(shop, "Place", 45)
    page = desk.page
    search(desk, "Place")
    page.locator(".row-choose").nth(3).click()
    page.locator(".row-link").nth(40).click()
    page.locator("#messages").wait_for()
    page.keyboard.press("u")
    expect(page.locator(".row-link").nth(40)).to_be_focused()
    expect(page.locator(".row-link").nth(40)).to_be_in_viewport()
    expect(page.locator("[data-selection-count]")).to_have_text("1 selected")
    # What came meanwhile is shown, and neither is lost by it.
    [came] = furnish(shop, "Place anew", 1)
    page.locator("[data-new-rows]").dispatch_event("click")  # a click by hand scrolls to it
    expect(page.locator(f'[data-row="{came}"]')).to_be_attached()
    expect(page.locator("[data-selection-count]")).to_have_text("1 selected")
    expect(page.locator(".row-link").nth(41)).to_be_in_viewport()


def test_a_reason_that_is_wanted_is_asked_for(shop: Shop, desk: Desk) -> None:
    first, second = furnish(shop, "Reason", 2)
    page = desk.page
    with shop.database.transaction() as session:
        session.execute(update(Mailbox).values(asks_reason=True))
    try:
        wants = page.locator("#selection[data-asks-reason]")
        wait_until("pages know it", lambda: search(desk, "Reason") or wants.count() > 0)
        page.locator("[data-choose-page]").check()
        page.locator(".selection-bar summary", has_text="Merge").click()
        expect(page.locator("[data-merge-into] button").first).not_to_contain_text("Unread")
        page.keyboard.press("Escape")
        page.keyboard.press("Escape")
        page.locator(f'[data-row="{first}"] .row-link').focus()
        page.keyboard.press("e")
        expect(page.locator(".selection-reason")).to_be_focused()
        page.keyboard.type("They called.")
        page.keyboard.press("Enter")
        told(page, "1 ticket: resolved now.")
        # It is not said of the next one, too.
        page.keyboard.press("Escape")
        page.keyboard.press("Escape")
        page.locator(f'[data-row="{second}"] .row-link').focus()
        page.keyboard.press("e")
        expect(page.locator(".selection-reason")).to_be_focused()
        expect(page.locator(".selection-reason")).to_have_value("")
        # Withdrawn, it is no other deed's.
        page.keyboard.type("Or not.")
        page.keyboard.press("Escape")
        expect(page.locator(f'[data-row="{second}"] .row-link')).to_be_focused()
        expect(page.locator(f'[data-row="{second}"] input')).not_to_be_checked()
        page.keyboard.press("i")
        expect(page.locator(".selection-reason")).to_be_focused()
        expect(page.locator(".selection-reason")).to_have_value("")
        assert standing(shop, [second]) == {("", "medium", "open"): 1}
    finally:
        with shop.database.transaction() as session:
            session.execute(update(Mailbox).values(asks_reason=False))


def test_without_scripts(shop: Shop, browser: Browser) -> None:
    ids = furnish(shop, "Plainly", 3)
    page = browser.new_context(java_script_enabled=False).new_page()
    desk = Desk(page, shop.postdesk.url)
    desk.sign_in()
    page.goto(f"{desk.url}/desk?view=open&q=Plainly")
    page.locator(".row-choose input").first.check()
    page.keyboard.press("Enter")
    page.locator(".selection-bar summary", has_text="Priority").click()
    page.get_by_role("button", name="Low", exact=True).click()
    expect(page.locator("#toasts")).to_contain_text("1 ticket: priority low.")
    expect(page.locator(".narrowed q")).to_have_text("Plainly")
    page.locator("#toasts").get_by_role("button", name="Undo").click()
    expect(page.locator("#toasts")).to_contain_text("Undone: 1 ticket.")
    assert standing(shop, ids) == {("", "medium", "open"): 3}
    # Enter in a field does what the field is for; on a row's box nothing, which stays ticked.
    page.locator(".row-choose input").first.check()
    page.keyboard.press("Enter")
    page.locator(".selection-bar summary", has_text="Tag").click()
    page.get_by_label("Tag to add").fill("plain")
    page.keyboard.press("Enter")
    expect(page.locator("#toasts")).to_contain_text("1 ticket: tagged plain.")
    # Of the menus one is open; and what matches can be chosen on the whole.
    page.locator(".row-choose input").first.check()
    page.get_by_label("All that match").check()
    for menu in ("Tag", "Priority"):
        page.locator(".selection-bar summary", has_text=menu).click()
    expect(page.locator(".bulk-menu[open]")).to_have_count(1)
    page.get_by_role("button", name="Low", exact=True).click()
    expect(page.locator("#toasts")).to_contain_text("3 tickets: priority low.")
    page.locator(".row-link").first.click()
    page.set_viewport_size({"width": 390, "height": 844})
    expect(page.locator("#composer")).to_have_css("position", "static")
    page.context.close()


BAR = """() => {
  const all = [...document.querySelectorAll(".selection-deeds > *")];
  const parts = all.filter((one) => one.checkVisibility());
  const sum = (one) => one.matches("details") ? one.querySelector("summary") : one;
  const middle = ({ top, height }) => Math.round((top + height / 2) / 10);
  return {
    lines: new Set(parts.map((one) => middle(sum(one).getBoundingClientRect()))).size,
    words: parts.map((one) => sum(one).innerText.trim()).filter(Boolean),
    wide: document.documentElement.scrollWidth - innerWidth,
    right: Math.max(...parts.map((one) => sum(one).getBoundingClientRect().right)) - innerWidth,
  };
}"""


def test_the_bar_has_words_and_a_phone_has_facts(shop: Shop, desk: Desk) -> None:
    ids = furnish(shop, "Wordy", 2)
    page, now = desk.page, datetime.now(UTC)
    with shop.database.transaction() as session:
        admin = actor_of(session.scalars(select(Person).where(Person.role == "admin")).one())
        add_mailbox(session, admin, "spares@shop.example", name="Spares", now=now)
        add_team(session, admin, TeamDraft("Repairs"), now=now)
        add_custom_field(session, admin, FieldDraft("Serial"), now=now)
        draft = CannedReplyDraft("Solved", "", status_after="resolved")
        add_canned_reply(session, admin, draft, now=now)
        change_tags(session, admin, ids[0], add=["late", "parcel", "vip", "red"], now=now)
        add_item(session, admin, ids[0], "Ask the carrier", now=now)

    def is_there() -> bool:  # a process of the web remembers for some seconds what there is
        search(desk, "Wordy")
        return page.locator('.bulk-part[data-change="macro"]').count() > 0

    wait_until("the macro is offered", is_there)
    page.set_viewport_size({"width": 1440, "height": 900})
    page.locator("[data-choose-page]").check()
    shown = page.evaluate(BAR)
    words = ["Assign", "Team", "Priority", "Status", "Tag", "Merge", "Resolve", "Snooze", "More"]
    assert shown["words"] == words
    for width in (1440, 1000, 390):
        page.set_viewport_size({"width": width, "height": 900})
        shown = page.evaluate(BAR)
        assert shown["wide"] <= 0, width
        assert shown["right"] <= 0, width
        assert shown["lines"] == (1 if width > 720 else 2), (width, shown)
    # By its key, in the last menu; once that is closed, one is where one was.
    page.set_viewport_size({"width": 1000, "height": 900})
    page.locator(f'[data-row="{ids[0]}"] .row-link').focus()
    page.keyboard.press("b")
    expect(page.get_by_role("button", name="Spares")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator(".bulk-more")).not_to_have_attribute("open", "")
    expect(page.locator(f'[data-row="{ids[0]}"] .row-link')).to_be_focused()
    for key in ("c", "r", "Enter"):
        page.keyboard.press(key)
    told(page, "2 tickets: category Refund.")
    page.keyboard.press("Escape")
    # On a phone a row says as much.
    page.set_viewport_size({"width": 390, "height": 844})
    row = page.locator(f'[data-row="{ids[0]}"]')
    expect(row.locator(".tag").nth(1)).to_be_visible()
    expect(row.locator(".row-tags .more")).to_have_text("+2")
    expect(row.locator(".row-checklist")).to_have_text("0/1")
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


def test_what_changes_nothing_leaves_the_undo_of_what_did(shop: Shop, desk: Desk) -> None:
    furnish(shop, "Twice", 2)
    search(desk, "Twice")
    page = desk.page
    page.locator(".row-link").first.focus()
    for _ in range(2):
        page.keyboard.press("p")
        page.locator("#row-menu").get_by_role("button", name="Urgent").click()
    expect(page.locator("#toasts")).to_contain_text("Nothing to change")
    page.wait_for_timeout(1500)
    expect(page.locator("#poll .pill")).to_have_count(0)  # what one did is no news
    page.locator(".row-link").first.press("z")
    expect(page.locator("#toasts")).to_contain_text("Undone: 1 ticket.")


def test_on_a_phone_a_ticked_row_stays_under_the_finger(shop: Shop, desk: Desk) -> None:
    furnish(shop, "Finger", 12)
    search(desk, "Finger")
    page = desk.page
    page.set_viewport_size({"width": 390, "height": 844})
    for at in (3, 5):
        box = page.locator(".row-choose").nth(at)
        before = box.bounding_box()
        box.click()
        after = box.bounding_box()
        assert before
        assert after
        assert abs(after["y"] - before["y"]) < 2
    expect(page.locator("[data-selection-count]")).to_have_text("2 selected")


def test_the_palette_offers_no_deed_for_which_there_is_no_ticket(shop: Shop, desk: Desk) -> None:
    furnish(shop, "Target", 1)
    search(desk, "Target")
    page = desk.page
    resolve = page.locator("#palette li", has_text="Resolve").first
    page.locator("#main").focus()
    page.keyboard.press("Control+k")
    page.keyboard.type("res")
    expect(page.locator("#palette li").first).to_be_visible()
    expect(page.locator('#palette li[data-press="e"]')).to_have_count(0)
    page.keyboard.press("Escape")
    page.locator(".row-link").first.focus()
    page.keyboard.press("Control+k")
    page.keyboard.type("res")
    expect(resolve).to_be_visible()


def test_who_cannot_have_a_ticket_is_not_offered_for_it(shop: Shop, desk: Desk) -> None:
    """The last one here: what Pia may is remembered for some seconds."""
    ids, page, now = furnish(shop, "Kept", 2), desk.page, datetime.now(UTC)
    with shop.database.transaction() as session:
        admin = actor_of(session.scalars(select(Person).where(Person.role == "admin")).one())
        tents = add_mailbox(session, admin, "tents@shop.example", name="Tents", now=now).id
        pia = session.scalars(select(Person).where(Person.name == "Pia")).one()
        set_mailbox_rights(session, admin, pia.id, {tents: "answer"}, now=now)
        session.get_one(Ticket, ids[0]).mailbox_id = tents
    theirs, other = (page.locator(f'[data-row="{one}"]') for one in ids)
    choice = page.locator("#row-menu").get_by_role("button", name="Pia")

    def is_known() -> bool:  # a process of the web remembers for some seconds what there is
        search(desk, "Kept")
        other.locator('[data-row-change="assignee"]').click()
        page.locator("#row-menu .field-choice").first.wait_for()
        is_left_out = choice.is_hidden()
        page.keyboard.press("Escape")
        return is_left_out and theirs.get_by_text("Tents").is_visible()

    # Each of them: rows come anew from any. So often in a row it was not one process alone.
    wait_until("who has which mailbox is known", lambda: all(is_known() for _ in range(8)))
    for row, is_offered in ((theirs, True), (other, False)):
        row.locator('[data-row-change="assignee"]').click()
        expect(choice).to_be_visible(visible=is_offered)
        page.keyboard.press("Escape")
    bar = page.locator('#selection [data-change="assignee"]')
    for row, is_offered in ((theirs, True), (other, False)):
        row.locator(".row-choose").click()
        bar.locator("summary").click()
        expect(bar.get_by_role("button", name="Pia")).to_be_visible(visible=is_offered)
        page.keyboard.press("Escape")

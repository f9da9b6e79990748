"""What is measured of the pages' looks, in one visit: edges, widths, heights, room for thumbs."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.support.servers import wait_until
from tests.support.story import Desk, Shop
from tests.web.conftest import PNG

pytestmark = pytest.mark.browser

LINES = "".join(f"<tr><td>Line {n}</td><td>{n}.50</td></tr>" for n in range(60))
STYLE = "background:#fff;color:#222"
SPY = '<img src="https://spy.example/1.gif">'
COLOURED = f'<div style="{STYLE}"><img src="cid:pic">{SPY}<table>{LINES}</table></div>'
PLAIN = f"<p>Hello, <b>here</b> is the list:</p><table>{LINES}</table>"
TEXT = "Hello, here is the list that you asked for, with all of its lines in it. " * 8

CHARACTERS_A_LINE = """(text) => {
  const pen = document.createElement("canvas").getContext("2d");
  const style = getComputedStyle(text);
  pen.font = `${style.fontSize} ${style.fontFamily}`;
  const words = text.textContent.slice(0, 400);
  return text.getBoundingClientRect().width / (pen.measureText(words).width / words.length);
}"""
TOO_SMALL = """() => [...document.querySelectorAll("a, button, summary, select, label, textarea")]
  .filter((one) => one.checkVisibility({ visibilityProperty: true, opacityProperty: true }))
  .filter((one) => getComputedStyle(one).pointerEvents !== "none")
  .filter((one) => !one.closest("p, dd, .visually-hidden"))
  .filter((one) => !one.matches(".row-link, .skip-link, label:not([for]):not(.row-choose)"))
  .map((one) => [one.outerHTML.slice(0, 90), one.getBoundingClientRect()])
  .filter(([, box]) => box.width > 1 && (box.width < 43.5 || box.height < 43.5))
  .map(([words, box]) => `${Math.round(box.width)} x ${Math.round(box.height)}: ${words}`)"""
WHOLE = """(frame) => frame.contentDocument?.body && frame.clientHeight > 1000
  && frame.clientHeight === frame.contentDocument.documentElement.scrollHeight"""
CONTRAST = """(frame) => {
  const light = (colour) => {
    const [r, g, b] = colour.match(/[\\d.]+/g).slice(0, 3).map((part) => {
      const share = part / 255;
      return share <= 0.04 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const style = getComputedStyle(frame.contentDocument.documentElement);
  const [dark, bright] = [light(style.color), light(style.backgroundColor)].sort((a, b) => a - b);
  return [(bright + 0.05) / (dark + 0.05), light(style.backgroundColor), style.filter];
}"""


def _mail(shop: Shop, subject: str, html: str, **pictures: bytes) -> None:
    customer = shop.customer(f"{subject.split()[0].lower()}@letters.example", "Lena")
    shop.ticket_of(customer.writes(subject, TEXT, html=html, pictures=pictures))


def _box(page: Page, selector: str) -> dict[str, Any]:
    return page.locator(selector).first.evaluate("one => one.getBoundingClientRect().toJSON()")


def _edges(page: Page, selector: str) -> set[int]:
    found = "all => all.map((one) => Math.round(one.getBoundingClientRect().left))"
    return set(page.locator(selector).evaluate_all(found))


def test_what_is_measured_of_the_looks(shop: Shop, desk: Desk) -> None:
    _mail(shop, "Coloured invoice", COLOURED, pic=PNG)
    _mail(shop, "Plain list", PLAIN)
    for name in ("Ida", "Bartholomew Featherstonehaugh"):
        shop.ticket_of(shop.customer(f"{name[:3].lower()}@mail.example", name).writes(name * 2))
    desk.page.emulate_media(color_scheme="dark")
    _the_list_on_a_wide_screen(desk)
    _a_message(desk)
    _the_composer(desk)
    _a_phone(desk)
    _compact_rows(desk)


def _the_list_on_a_wide_screen(desk: Desk) -> None:
    page = desk.page
    page.set_viewport_size({"width": 1920, "height": 1080})
    places = set()
    for view in ("resolved", "open", "unassigned"):
        desk.open_view(view)
        places.add(round(_box(page, "#search")["left"]))
        expect(page.get_by_role("link", name="New ticket")).to_have_count(1)
    assert len(places) == 1, "the search stands still"
    _a_long_name(page)
    for fact in (".row-facts", ".row-facts .status", ".row-files", ".row-assignee"):
        assert len(_edges(page, fact)) == 1, f"{fact} has a straight edge"
    assert _box(page, ".row-since")["right"] - _box(page, ".row-what")["left"] < 1300
    page.mouse.move(1900, 1000)
    assert page.locator(".row .nobody").evaluate_all(
        "all => all.length && all.every((one) => getComputedStyle(one).visibility === 'hidden')"
    )
    weights = "all => all.map((one) => Number(getComputedStyle(one).fontWeight))"
    assert max(page.locator(".row-who, .row-preview, .row .status").evaluate_all(weights)) <= 450


def _a_long_name(page: Page) -> None:
    """It has the room that the search leaves, and what is new there moves nothing."""
    name, width = page.locator(".queue-name h1"), page.viewport_size
    page.set_viewport_size({"width": 1440, "height": 900})
    before = _box(page, ".finder")["width"]
    name.evaluate("one => one.prepend('VIP or refunds this week ')")
    assert name.evaluate("one => one.scrollWidth <= one.clientWidth"), "it can be read"
    assert _box(page, ".finder")["width"] == before == 640
    place = _box(page, "#search")["left"]
    pill = "one => one.innerHTML = '<a class=pill>12 new tickets, and of others 34 more</a>'"
    page.locator("#poll").evaluate(pill)
    assert _box(page, "#search")["left"] == place
    name.evaluate("one => one.prepend('and all of the last years before it '.repeat(9))")
    assert _box(page, ".finder")["width"] > 635
    assert _box(page, ".finder")["right"] < 1440
    page.set_viewport_size(width or {"width": 1920, "height": 1080})
    page.reload()


def _a_message(desk: Desk) -> None:
    page = desk.page
    page.set_viewport_size({"width": 1440, "height": 900})
    for subject, is_light in (("Coloured invoice", True), ("Plain list", False)):
        desk.open_view("open")
        desk.open_ticket(subject)
        text = page.locator(".message-text").first
        assert 63 <= text.evaluate(CHARACTERS_A_LINE) <= 76
        edge = text.evaluate("one => one.getBoundingClientRect().right")
        assert _box(page, ".message")["right"] - edge < 40, "no dead right edge"
        page.get_by_text("Show original formatting").click()
        frame = page.locator("iframe[data-mail]")
        wait_until("the mail is seen whole", partial(frame.evaluate, WHOLE))
        contrast, light, effect = frame.evaluate(CONTRAST)
        assert contrast >= 4.5
        assert (light > 0.9) is is_light
        assert ("brightness" in effect) is is_light, "it does not blaze"
        # Of pictures that are not loaded it speaks only where there are some.
        expect(page.locator("[data-left-out]:visible")).to_have_count(int(is_light))
        expect(page.locator(".file.in-frame:visible")).to_have_count(0)
    mark = page.locator(".message .proof summary, .message .unproven").first
    assert mark.evaluate("one => one.getBoundingClientRect().width") < 28
    assert "unverified" in mark.inner_text() + mark.inner_html()


def _the_composer(desk: Desk) -> None:
    page = desk.page
    assert _box(page, ".reply-form")["height"] < 64, "one line until it is wanted"
    page.locator("#reply-text").click()
    parts = ".compose-foot > :is(.after, .later, [data-send]), .reply-form .file-field > label"
    middles = page.locator(f".reply-form {parts}").evaluate_all(
        "all => all.map((one) => one.getBoundingClientRect()).map((box) => box.top + box.bottom)"
    )
    assert len(middles) >= 4
    assert max(middles) - min(middles) < 4, "its parts stand on one line"
    before = _box(page, ".later > summary")
    page.locator(".later > summary").click()
    assert _box(page, ".later-panel")["bottom"] <= before["top"]
    assert _box(page, ".later > summary") == before, "nothing moved"
    page.keyboard.press("Escape")
    page.locator("#reply-text").fill("Half an answer")
    expect(page.locator(".reply-form [data-draft-state]")).to_have_text("Draft kept")
    _a_moment(page)
    cut = "all => all.filter((one) => one.offsetWidth < 70).length"
    assert page.locator(".after select").evaluate_all(cut) == 0, "the choices can be read"
    page.set_viewport_size({"width": 390, "height": 664})
    page.locator("#reply-text").focus()
    up = "() => parseFloat(getComputedStyle(document.getElementById('toasts')).bottom)"
    wait_until(
        "notices stand above the composer",
        lambda: page.evaluate(up) >= _box(page, "#composer")["height"],
    )
    page.set_viewport_size({"width": 1440, "height": 900})
    page.locator("#reply-text").fill("")


def _a_moment(page: Page) -> None:
    """One that was not chosen, and is only offered, is not kept: the panel does not open for it."""
    page.reload()
    expect(page.locator("#reply-text")).to_have_value("Half an answer")
    assert page.locator(".later[open]").count() == 0
    page.locator(".later > summary").click()
    field = page.locator(".later [data-later]")
    morning = field.input_value()
    assert morning.endswith("T09:00")
    field.fill(morning.replace("T09:00", "T10:30"))
    expect(page.locator(".reply-form [data-draft-state]")).to_have_text("Draft kept")
    page.reload()
    expect(page.locator(".later[open] [data-later]")).to_have_value(
        morning.replace("T09:00", "T10:30")
    )
    field.fill("")
    expect(page.locator(".reply-form [data-draft-state]")).to_have_text("Draft kept")
    page.reload()
    assert page.locator(".later[open]").count() == 0
    page.locator("#reply-text").click()


def _a_phone(desk: Desk) -> None:
    page = desk.page
    page.set_viewport_size({"width": 390, "height": 844})
    desk.open_view("open")
    assert _box(page, ".queue-bar")["height"] <= 60, "one line of head"
    assert _box(page, ".row")["top"] <= 120
    assert page.evaluate(TOO_SMALL) == []
    for fact in (".row-files", ".row-since"):
        assert len(_edges(page, fact)) == 1, f"{fact} has a straight edge"
    page.locator("#search").click()
    assert _box(page, ".search-field")["width"] > 300
    page.locator(".row-link").first.click()
    expect(page.locator("#reply-text")).to_be_visible()
    assert _box(page, ".ticket-bar")["height"] <= 60
    assert _box(page, "#ticket-subject")["width"] >= 140, "two lines of some twenty letters"
    assert round(_box(page, "#composer")["bottom"]) == 844, "docked"
    assert page.evaluate(TOO_SMALL) == []
    page.get_by_role("button", name="About this ticket").click()
    expect(page.locator("#about")).to_have_css("opacity", "1")
    assert page.evaluate(TOO_SMALL) == []
    page.goto(f"{desk.url}/desk/mail/all")
    assert page.evaluate(TOO_SMALL) == []
    foot = "all => new Set(all.map((one) => Math.round(one.getBoundingClientRect().bottom))).size"
    assert page.locator(".finder :is(select, .button)").evaluate_all(foot) == 1, "on one line"


def _compact_rows(desk: Desk) -> None:
    page = desk.page
    page.set_viewport_size({"width": 1440, "height": 900})
    page.goto(f"{desk.url}/desk/me")
    page.locator("[name=dense]").check()
    page.get_by_role("button", name="Save").first.click()
    page.get_by_text("Saved.").wait_for()
    desk.open_view("open")
    row = _box(page, ".row")
    assert (900 - row["top"]) // row["height"] >= 22

"""Each page, on a desktop and a phone, light and dark: usable by all, and nothing sticks out."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Furnished
from tests.support.browsing import assert_accessible, assert_fits

pytestmark = pytest.mark.browser


def test_who_is_on_a_ticket_and_who_gets_its_messages(
    furnished: Furnished, signed_in: Page
) -> None:
    page, shop = signed_in, furnished.shop
    page.goto(f"{shop.postdesk.url}/desk/t/{furnished.number}")
    # As by a click, which a phone takes only once the sheet, or the composer, is there.
    page.evaluate("for (const one of document.querySelectorAll("
                  "'.change, .copies, .addressed')) one.open = true")  # fmt: skip
    assert_accessible(page)
    assert_fits(page)
    about = page.get_by_role("button", name="About this ticket")
    if about.is_visible():
        about.click()
        # It comes in softly: half there, its words are too faint.
        expect(page.locator("#about")).to_have_css("opacity", "1")
        assert_accessible(page)
    page.goto(
        page.locator(".message-panel a", has_text="Forward").first.evaluate("one => one.href")
    )
    page.get_by_role("combobox", name="To").fill("nobody@")
    page.evaluate("document.querySelector('form.tall').noValidate = true")
    page.get_by_role("button", name="Forward").click()
    expect(page.get_by_role("alert")).to_contain_text("is not a mail address")
    assert_accessible(page)
    assert_fits(page)
    page.goto(f"{shop.postdesk.url}/desk/new?how=write")
    assert_accessible(page)
    assert_fits(page)


def test_the_pages_of_customers(furnished: Furnished, page: Page) -> None:
    site, track = furnished.shop.postdesk.url, furnished.tracking_link
    ours = [site + path for path in ("/", "/new?order=1", "/my/sign-in", "/my/in/spent")]
    for address in (*ours, track, f"{track}/rate?grade=okay"):
        page.goto(address)
        assert_accessible(page)
        assert_fits(page)


def test_the_pages_of_those_who_are_not_signed_in(furnished: Furnished, page: Page) -> None:
    for path, status in (("/desk/login", 200), ("/t/nonsense", 404), ("/no/such/page", 404)):
        answer = page.goto(furnished.shop.postdesk.url + path)
        assert answer
        assert answer.status == status, path
        expect(page.locator("body")).not_to_contain_text("Traceback")
        assert_accessible(page)
        assert_fits(page)


def test_an_empty_answer_is_refused_with_words_and_nothing_lost(
    furnished: Furnished, page: Page
) -> None:
    page.goto(furnished.tracking_link)
    box = page.locator("textarea[name=comment]")
    box.fill("   ")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("alert")).to_be_visible()
    assert_accessible(page)


def test_the_conversation_reads_well(furnished: Furnished, signed_in: Page) -> None:
    signed_in.goto(f"{furnished.shop.postdesk.url}/desk/t/{furnished.number}")
    letters = signed_in.locator(".message")
    expect(letters).to_have_count(3)
    expect(letters.nth(1)).to_contain_text("It should have come on Monday.")
    expect(signed_in.locator(".message .quoted")).to_have_count(0)
    expect(signed_in).to_have_title(re.compile("Where is my order"))


def test_words_are_looked_at_again_where_they_or_what_is_behind_them_look_otherwise(
    page: Page,
) -> None:
    """Of words that look alike one is looked at, and that once."""

    def show(style: str, behind: str = "transparent") -> None:
        page.set_content(
            '<html lang="en"><title>Words</title><body style="background: #fff; color: #000">'
            f'<main><h1>Words</h1><div style="position: relative">'
            f'<div style="position: absolute; inset: 0; background: {behind}"></div>'
            f'<p style="position: relative; {style}">One</p>'
            f'<p style="position: relative; {style}">Two</p></div></main>'
        )

    show("color: #000")
    assert_accessible(page)
    for style, behind in (("color: #999", "#fff"), ("color: #000", "#222"), ("opacity: 0.4", "")):
        for _ in range(2):
            show(style, behind)
            with pytest.raises(AssertionError, match="color-contrast"):
                assert_accessible(page)
    show("color: #000")
    assert_accessible(page)

"""Take the pictures of the pages that the docs show: ``make screenshots``.

Of the sample conversations, in a folder that goes afterwards: the desk at three widths, light and
dark, into ``docs/images/pages``, and the README's picture.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from tests.support.browsing import ARGUMENTS, CHROMIUM
from tests.support.running import RunningPostdesk
from tests.support.servers import wait_until

IMAGES = Path(__file__).parents[1] / "docs" / "images"
SIZES = ((390, 844), (1440, 900), (1920, 1080))
SCHEMES = ("light", "dark")
CALM = "*, *::before, *::after { animation: none !important; transition: none !important }"


def queue(page: Page) -> None:
    """The queue."""
    page.goto("/desk?view=open")


def selection(page: Page) -> None:
    """Four tickets chosen, and a menu of the bar."""
    queue(page)
    boxes = page.locator(".row-choose")
    boxes.nth(1).click()
    boxes.nth(4).click(modifiers=["Shift"])
    page.locator('.selection-bar [data-change="priority"] summary').click()


def ticket(page: Page) -> None:
    """A ticket with an answer begun."""
    page.goto("/desk?view=all&q=Parcel")
    page.locator(".row-link", has_text=re.compile("^(Unread: )?Parcel late")).click()
    page.locator("#reply-text").click()


def note(page: Page) -> None:
    """A note begun."""
    ticket(page)
    page.locator(".tab-note").click()


def parts(page: Page) -> None:
    """What is to be done on a ticket, and the tickets that it is linked with."""
    ticket(page)
    about = page.locator(".about-button")
    if about.is_visible():
        about.click()
    page.get_by_role("region", name="Linked tickets").scroll_into_view_if_needed()


def split(page: Page) -> None:
    """Which messages of a ticket go to a new one."""
    ticket(page)
    number = page.url.rsplit("/", 1)[-1]
    page.goto(f"/desk/t/{number}/split")
    page.get_by_role("checkbox").last.check()


def search(page: Page) -> None:
    """What the search offers while one types."""
    queue(page)
    page.locator("#search").press_sequentially("is:open tag:")
    page.wait_for_timeout(400)


def palette(page: Page) -> None:
    """The palette."""
    queue(page)
    page.keyboard.press("Control+k")
    page.keyboard.type("as")
    page.locator("#palette-search").wait_for()


def figures(page: Page) -> None:
    """The figures over time."""
    page.goto("/desk/figures")


def outbox(page: Page) -> None:
    """What left."""
    page.goto("/desk/outbox")


PAGES: tuple[Callable[[Page], None], ...] = (
    queue,
    selection,
    ticket,
    note,
    parts,
    split,
    search,
    palette,
    figures,
    outbox,
)


def main() -> None:
    """Take all of them."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        postdesk = RunningPostdesk(Path(folder)).start("--demo")
        try:
            wait_until("the samples are filed", lambda: "is running" in postdesk.log.read_text())
            found = re.search(r"Sign in +(\S+) +password (\S+)", postdesk.log.read_text())
            assert found, "the demo says how to sign in"
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
            _furnish(browser, postdesk.url, found[1], found[2])
            _take(browser, postdesk.url, found[1], found[2])
            browser.close()
        finally:
            postdesk.stop()


def _signed_in(page: Page, address: str, password: str) -> None:
    page.goto("/desk/login")
    page.get_by_label("Email").fill(address)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()
    page.locator(".row").first.wait_for()


def _furnish(browser: Browser, url: str, address: str, password: str) -> None:
    """Give a ticket things to do, and a child."""
    page = browser.new_context(base_url=url, viewport={"width": 1440, "height": 900}).new_page()
    _signed_in(page, address, password)
    page.goto("/desk?view=all&q=Charged")
    named = re.search(r"TKT\d+", str(page.locator(".row-link").first.get_attribute("href")))
    assert named, "a row leads to its ticket"
    ticket(page)
    things = ("Ask the carrier where it is", "Send it again by express", "Tell Ann the new number")
    for count, words in enumerate(things, start=1):
        page.get_by_label("Add a thing to do").fill(words)
        page.get_by_label("Add a thing to do").press("Enter")
        page.locator(".checklist-count", has_text=f"of {count}").wait_for()
    page.locator(".checklist-box").first.click()
    page.locator(".checklist-count", has_text="1 of 3").wait_for()
    link = page.locator('[data-change="link"]')
    link.locator("summary").click()
    link.locator("[name=other]").fill(named[0])
    link.locator("[name=relation]").select_option("child")
    link.get_by_role("button", name="Link").click()
    page.locator("#toasts", has_text=f"{named[0]} is a child").wait_for()
    page.context.close()


def _take(browser: Browser, url: str, address: str, password: str) -> None:
    (IMAGES / "pages").mkdir(exist_ok=True)
    for width, height in SIZES:
        for scheme in SCHEMES:
            context = browser.new_context(
                base_url=url,
                viewport={"width": width, "height": height},
                color_scheme="dark" if scheme == "dark" else "light",
            )
            page = context.new_page()
            _signed_in(page, address, password)
            for show in PAGES:
                show(page)
                _picture(page, IMAGES / "pages" / f"{show.__name__}-{width}-{scheme}.jpg")
                if (show, width, scheme) == (queue, 1440, "light"):
                    page.screenshot(path=IMAGES / "queue.png")
            context.close()
            print(f"{width} × {height}, {scheme}: {len(PAGES)} pages", flush=True)


def _picture(page: Page, path: Path) -> None:
    page.wait_for_load_state("load")
    page.wait_for_timeout(400)
    page.screenshot(path=path, type="jpeg", quality=72, style=CALM)


if __name__ == "__main__":
    main()

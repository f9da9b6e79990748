"""Fixtures for tests that drive a real browser: Debian's Chromium, watched closely.

A page that breaks its own Content-Security-Policy, throws an error, or asks any other host for
anything, fails the test that opened it.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page, expect

from tests.conftest import missing_program

# The one without windows, where it is installed: it opens a page in half the time.
_PLACES = (Path("/usr/bin/chromium-headless-shell"), Path("/usr/bin/chromium"))
CHROMIUM = next((place for place in _PLACES if place.exists()), _PLACES[0])
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

# What is looked for is waited for as long as a busy machine takes; how fast it is, is measured.
expect.set_options(timeout=40_000)

SERIOUS = ("serious", "critical")
ALL = ("minor", "moderate", *SERIOUS)
_IS_DARK = "matchMedia('(prefers-color-scheme: dark)').matches"
_RUN_AXE = "options => axe.run({resultTypes: ['violations'], ...options}).then(it => it.violations)"


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Debian's Chromium (the tests download no browser), with nothing that phones home."""
    if not CHROMIUM.exists():
        missing_program("There is no Chromium (on Debian: apt install chromium-headless-shell)")
    return {**browser_type_launch_args, "executable_path": str(CHROMIUM), "args": ARGUMENTS}


@pytest.fixture
def context(context: BrowserContext) -> Iterator[BrowserContext]:
    """A browser session whose pages are all watched."""
    context.set_default_timeout(60_000)
    wrong: list[str] = []
    watch(context, wrong)
    yield context
    assert not wrong, wrong


def watch(context: BrowserContext, wrong: list[str]) -> None:
    """Note in ``wrong`` whatever no page of ours may do."""

    def request(asked: Any) -> None:
        parts = urlsplit(asked.url)
        if parts.scheme in ("http", "https", "ws", "wss") and parts.hostname != "127.0.0.1":
            wrong.append(f"asked another host: {asked.url}")

    def console(message: Any) -> None:
        if message.type == "error" and "Content Security Policy" in message.text:
            wrong.append(f"{message.page.url if message.page else ''}: {message.text}")

    context.on("request", request)
    context.on("console", console)
    context.on("weberror", lambda error: wrong.append(f"script error: {error.error}"))


def assert_accessible(page: Page, *, state: str = "", impacts: tuple[str, ...] = SERIOUS) -> None:
    """Nothing of these impacts is wrong for axe, in either theme; ``state``: what the page shows.

    The page is looked at as it is, then only the colours of the other theme: nothing else depends
    on it. The colours change at once, so that none is looked at while it fades.
    """
    page.emulate_media(reduced_motion="reduce")
    dark = page.evaluate(_IS_DARK)
    found = _violations(page, impacts, {})
    page.emulate_media(color_scheme="light" if dark else "dark")
    found += _violations(page, impacts, {"runOnly": ["color-contrast"]})
    page.emulate_media(color_scheme="dark" if dark else "light")
    assert not found, "\n".join([f"{page.url} {state}", *found])


def _violations(page: Page, impacts: tuple[str, ...], options: dict[str, Any]) -> list[str]:
    """What axe finds on the page, a line for each rule and element."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(Axe().axe_script)
    theme = "dark" if page.evaluate(_IS_DARK) else "light"
    return [
        f"{theme}: {rule['id']} ({rule['impact']}): {rule['help']}: {node['html'][:300]}"
        for rule in page.evaluate(_RUN_AXE, options)
        if rule["impact"] in impacts
        for node in rule["nodes"]
    ]


def assert_fits(page: Page) -> None:
    """Nothing makes the page scroll sideways."""
    wider = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    assert wider <= 0, f"the page is {wider} px wider than the window"

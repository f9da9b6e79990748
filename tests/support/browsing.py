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
_looked_at: set[str] = set()
"""How words look that were found to be good to read: their colours, their size, and all that lies
behind them."""
_SHOW_WORDS = """() => {
  const hash = (text) => {
    let one = 0xdeadbeef, other = 0x41c6ce57;
    for (let at = 0; at < text.length; at += 1) {
      const code = text.charCodeAt(at);
      one = Math.imul(one ^ code, 2654435761);
      other = Math.imul(other ^ code, 1597334677);
    }
    return (one >>> 0).toString(36) + (other >>> 0).toString(36);
  };
  const ground = (one) => {
    const it = getComputedStyle(one);
    return [one.localName, it.backgroundColor, it.backgroundImage, it.opacity, it.filter,
      it.mixBlendMode, it.position].join();
  };
  const known = new Map();
  const behind = (one) => {
    if (!one) return "";
    if (!known.has(one)) known.set(one, hash(behind(one.parentElement) + ground(one)));
    return known.get(one);
  };
  const looks = (one) => {
    const { left, top, width, height } = one.getBoundingClientRect();
    const { color, fontSize, fontWeight, textShadow, visibility } = getComputedStyle(one);
    const beside = document.elementsFromPoint(left + width / 2, top + height / 2)
      .filter((other) => !other.contains(one)).map(behind);
    const isOff = one.matches(":disabled") || one.closest("label")?.control?.matches(":disabled");
    return hash([
      color, fontSize, fontWeight, textShadow, visibility, isOff, behind(one), ...beside,
      one.closest("[aria-disabled]")?.ariaDisabled, width && height ? "" : "unseen",
    ].join());
  };
  const isText = ({ nodeType, data }) => nodeType === 3 && data.trim();
  const says = ({ childNodes }) => [...childNodes].some(isText);
  window.axeWords = [...document.body.querySelectorAll("*")].filter((one) =>
    (says(one) || one.matches("input, select, textarea, button")) && one.checkVisibility());
  return window.axeWords.map(looks);
}"""
_RUN_AXE = """([which, rules]) => {
  const { axeWords } = window, words = new Set(which.map((at) => axeWords[at]));
  const colours = axe._audit.rules.find(({ id }) => id === "color-contrast");
  colours.isForAny ??= colours.matches;
  colours.matches = (one, ...more) => words.has(one) && colours.isForAny(one, ...more);
  return axe.run({ resultTypes: ["violations", "incomplete"], elementRef: true, ...rules })
    .then(({ violations, incomplete }) => {
      const unclear = incomplete.filter(({ id }) => id === "color-contrast")
        .flatMap(({ nodes }) => nodes.map(({ element }) => axeWords.indexOf(element)));
      for (const { nodes } of violations) for (const node of nodes) delete node.element;
      return [violations, unclear];
    });
}"""
_COLOURS_ALONE = {"runOnly": ["color-contrast"]}


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
    if not page.evaluate("'axe' in window"):
        page.evaluate(Axe().axe_script)
    found = _violations(page, impacts, {})
    page.emulate_media(color_scheme="light" if dark else "dark")
    found += _violations(page, impacts, _COLOURS_ALONE)
    page.emulate_media(color_scheme="dark" if dark else "light")
    assert not found, "\n".join([f"{page.url} {state}", *found])


def _violations(page: Page, impacts: tuple[str, ...], rules: dict[str, Any]) -> list[str]:
    """What axe finds; of the colours of words that look alike it looks at one, and that once.

    Colours take most of its time; and in a list, and from page to page, most words look alike.
    """
    shown: list[str] = page.evaluate(_SHOW_WORDS)
    alike: dict[str, list[int]] = {}
    for at, looks in enumerate(shown):
        if looks not in _looked_at:
            alike.setdefault(looks, []).append(at)
    violations: list[dict[str, Any]] = []
    others: list[int] = []
    if alike or not rules:
        first = [at for at, *_ in alike.values()]
        violations, unclear = page.evaluate(_RUN_AXE, [first, rules])
        # One that axe can say nothing of may be hidden by something, and the next not.
        others = [at for one in unclear for at in alike[shown[one]][1:]]
    if others:
        violations += page.evaluate(_RUN_AXE, [others, _COLOURS_ALONE])[0]
    if not violations:
        _looked_at.update(alike)
    return _lines(page, violations, impacts)


def _lines(page: Page, violations: list[dict[str, Any]], impacts: tuple[str, ...]) -> list[str]:
    """A line for each rule and element."""
    theme = "dark" if page.evaluate(_IS_DARK) else "light"
    return [
        f"{theme}: {rule['id']} ({rule['impact']}): {rule['help']}: {node['html'][:300]}"
        for rule in violations
        if rule["impact"] in impacts
        for node in rule["nodes"]
    ]


def assert_fits(page: Page) -> None:
    """Nothing makes the page scroll sideways."""
    wider = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    assert wider <= 0, f"the page is {wider} px wider than the window"

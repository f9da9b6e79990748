"""How long what staff do at the desk takes in a browser: from the key or click to what came of it.

A script in the page notes when the key was pressed, and the first frame in which the page shows
the outcome, across page loads too. Headless Chromium; it shares the machine with the server.
"""

from __future__ import annotations

import re
import statistics
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from playwright.sync_api import Page, sync_playwright
from sqlalchemy import func, select

from bench.prepared import AGENT, PASSWORD, Prepared, prepared
from helpdesk.actions.create_ticket import TicketDraft, create_ticket
from helpdesk.db import connect
from helpdesk.models import Person, Ticket
from helpdesk.settings import load
from helpdesk.tickets.access import actor_of
from tests.support.browsing import ARGUMENTS, CHROMIUM

TIMES = 20
FEW, MANY = 10, 100
_WORD = "Hundredfold"
"""Stands in the subjects of a hundred tickets, so that a search shows them and no others."""
_TOAST = "#toasts .bulk-toast:not(.stays)"
_UNDO = 'form[action$="/undo"]'

_NOTE_TIMES = """(() => {
  const now = () => performance.timeOrigin + performance.now();
  const read = () => JSON.parse(sessionStorage.getItem("bench") ?? "null");
  const write = (told) => sessionStorage.setItem("bench", JSON.stringify(told));
  const begin = (event) => {
    const told = read();
    const at = performance.timeOrigin + event.timeStamp;
    if (event.isTrusted && told && !told.begun) write({ ...told, begun: at });
  };
  for (const name of ["keydown", "click"]) addEventListener(name, begin, true);
  const look = () => {
    const told = read();
    const waits = told?.begun && !told.ended && document.readyState !== "loading";
    if (waits && document.querySelector(told.until)) write({ ...told, ended: now() });
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
})()"""
_ARM = "(until) => sessionStorage.setItem('bench', JSON.stringify({ until }))"
_TOOK = """() => {
  const told = JSON.parse(sessionStorage.getItem("bench") ?? "null");
  return told?.ended ? told.ended - told.begun : null;
}"""


@dataclass(frozen=True)
class Felt:
    """Milliseconds from the key or click to the page that shows the outcome."""

    act: str
    database: str
    tickets: int
    p50_ms: float
    p95_ms: float


def measure(
    kind: str, *, tickets: int = 10_000, times: int = TIMES, keep: Path | None = None
) -> list[Felt]:
    """Time the acts on ``sqlite`` or ``postgresql`` with so many tickets."""
    with prepared(kind, tickets, keep) as ready:
        _furnish(ready)
        with ready.postdesk, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
            page = browser.new_context(viewport={"width": 1440, "height": 900}).new_page()
            acts = _Acts(page, ready, times)
            found = [Felt(name, kind, tickets, *walls) for name, walls in acts.timed()]
            browser.close()
    return found


def _furnish(ready: Prepared) -> None:
    """Have a hundred tickets that one search finds."""
    database = connect(load(ready.postdesk.environment))
    with database.transaction() as session:
        subject = Ticket.subject.startswith(_WORD)
        newest = select(func.max(Ticket.id)).scalar_subquery()
        there = session.scalar(select(func.count()).where(subject, Ticket.id > newest - 10 * MANY))
        agent = session.scalars(select(Person).where(Person.role == "agent").limit(1)).one()
        for index in range(MANY - (there or 0)):
            draft = TicketDraft(f"{_WORD} {index}", "It leaks.", customer="kim@mail.example")
            at = datetime.now(UTC)
            create_ticket(session, actor_of(agent), draft, acknowledge=False, now=at)
    database.dispose()


class _Acts:
    """An agent who does one thing after another."""

    def __init__(self, page: Page, ready: Prepared, times: int) -> None:
        self._page, self._url, self._times = page, ready.postdesk.url, times
        self._tickets = ready.in_view(times)
        page.add_init_script(_NOTE_TIMES)
        page.goto(f"{self._url}/desk/login")
        page.get_by_label("Email").fill(AGENT)
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        page.locator(".row").first.wait_for()

    def timed(self) -> Iterator[tuple[str, tuple[float, float]]]:
        """Each act's name and figures, as it is done."""
        yield "open a ticket", _figures(list(self._opened()))
        yield from self._pairs("priority, in the list", "undo of 1", self._in_the_list)
        yield from self._pairs("priority of 10", "undo of 10", self._of_few)
        yield from self._pairs("priority of 100", "undo of 100", self._of_many)
        yield from self._pairs("priority, beside a ticket", "undo beside a ticket", self._beside)
        yield from self._pairs("send and next", "undo of an answer", self._sent)
        yield "resolve and next", _figures([self._resolved(at) for at in range(self._times)])

    def _pairs(
        self, act: str, undo: str, both: Callable[[int], tuple[float, float]]
    ) -> Iterator[tuple[str, tuple[float, float]]]:
        acted, undone = zip(*(both(at) for at in range(self._times)), strict=True)
        yield act, _figures(list(acted))
        yield undo, _figures(list(undone))

    def _until(self, shown: str, act: Callable[[], object]) -> float:
        """Milliseconds from the act's last key or click to the page that has this."""
        self._page.evaluate(_ARM, shown)
        act()
        took = self._page.wait_for_function(_TOOK, timeout=30_000).json_value()
        return float(took)

    def _opened(self) -> Iterator[float]:
        page = self._page
        for at in range(self._times):
            page.goto(f"{self._url}/desk?view=open")
            page.locator(".row-link").nth(at % 50).focus()
            yield self._until("#messages [data-message]", lambda: page.keyboard.press("Enter"))

    def _in_the_list(self, at: int) -> tuple[float, float]:
        page = self._page
        page.goto(f"{self._url}/desk?view=open&status=open&priority=medium")
        row = page.locator(".row").nth(at)
        one = f'[data-row="{row.get_attribute("data-row")}"]'
        row.locator('[data-row-change="priority"]').click()
        choice = page.locator("#row-menu").get_by_role("button", name="Urgent")
        took = self._until(f"{one} .priority-urgent", choice.click)
        page.locator(_TOAST).wait_for()
        return took, self._until(
            f"{one} .priority-medium", page.locator(f"{_TOAST} {_UNDO} button").click
        )

    def _of_few(self, at: int) -> tuple[float, float]:
        page = self._page
        page.goto(f"{self._url}/desk?view=open&status=open&priority=medium")
        boxes = page.locator(".row-choose")
        boxes.nth(0).click()
        boxes.nth(FEW - 1).click(modifiers=["Shift"])
        return self._chosen(FEW)

    def _of_many(self, at: int) -> tuple[float, float]:
        page = self._page
        page.goto(f"{self._url}/desk?view=all&q={_WORD}")
        page.locator("[data-choose-page]").check()
        page.get_by_text(re.compile(r"Select all \d+ that match")).click()
        return self._chosen(MANY)

    def _chosen(self, many: int) -> tuple[float, float]:
        """Give the chosen tickets a priority by its key, and undo it."""
        page, rows = self._page, min(many, 50)
        page.keyboard.press("p")
        page.locator('.selection-bar [data-change="priority"] .field-choice').first.focus()
        done = f'{_TOAST}[data-changed="{many}"]:has({_UNDO})'
        took = self._until(done, lambda: page.keyboard.press("Enter"))
        assert page.locator(".rows .priority-urgent").count() >= rows
        undone = f'{_TOAST}[data-changed="{many}"]:not(:has({_UNDO}))'
        return took, self._until(undone, self._undo_all)

    def _undo_all(self) -> None:
        self._page.locator(f"{_TOAST} {_UNDO} button").click()

    def _ticket(self, at: int) -> str:
        """Open a ticket as from the list; its number."""
        number = self._tickets[at][1]
        self._page.goto(f"{self._url}/desk?view=open")
        self._page.goto(f"{self._url}/desk/t/{number}")
        return number

    def _beside(self, at: int) -> tuple[float, float]:
        page = self._page
        self._ticket(at)
        page.keyboard.press("p")
        page.locator('#about [data-change="priority"] .field-choice', has_text="Urgent").focus()
        urgent = "#ticket-line .priority-urgent"
        took = self._until(urgent, lambda: page.keyboard.press("Enter"))
        undo = page.locator("#toasts .change-toast .toast-button", has_text="Undo")
        return took, self._until("#ticket-line:not(:has(.priority-urgent))", undo.click)

    def _sent(self, at: int) -> tuple[float, float]:
        page, number = self._page, self._ticket(at)
        page.locator("#reply-text").fill("Dear customer, it leaves today.")
        keys = "Control+Shift+Enter"
        took = self._until(_of_another(number), lambda: page.keyboard.press(keys))
        undo = page.locator("#toasts [data-undo]")
        return took, self._until(f'#poll[data-page$="{number}"]', undo.click)

    def _resolved(self, at: int) -> float:
        page, number = self._page, self._ticket(at)
        return self._until(_of_another(number), lambda: page.keyboard.press("e"))


def _of_another(number: str) -> str:
    return f'#poll[data-page]:not([data-page$="{number}"])'


def _figures(walls: list[float]) -> tuple[float, float]:
    return statistics.median(walls), statistics.quantiles(walls, n=20)[-1]

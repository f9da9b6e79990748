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
from functools import partial
from pathlib import Path

from playwright.sync_api import Page, sync_playwright
from sqlalchemy import func, select, update

from bench.prepared import AGENT, PASSWORD, Prepared, prepared
from helpdesk.actions.create_ticket import TicketDraft, create_ticket
from helpdesk.db import connect
from helpdesk.models import Person, Ticket
from helpdesk.settings import load
from helpdesk.tickets.access import actor_of
from tests.support.browsing import ARGUMENTS, CHROMIUM

TIMES = 20
"""After one that does not count: staff have their browser open all day."""
A_REST, READS = 200, 1500
"""Milliseconds on a row before its ticket is opened, and on a ticket before one is done with it."""
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
    if (waits && document.querySelector(told.until)) shown.port1.postMessage("ended");
    const saying = told?.ended && told.says && !told.said;
    if (saying && document.querySelector(told.says)) shown.port1.postMessage("said");
    requestAnimationFrame(look);
  };
  // What is sent now comes once the frame is laid out and painted.
  const shown = new MessageChannel();
  shown.port2.onmessage = ({ data }) => read()?.[data] || write({ ...read(), [data]: now() });
  requestAnimationFrame(look);
})()"""
_ARM = "(wanted) => sessionStorage.setItem('bench', JSON.stringify(wanted))"
_TOOK = """() => {
  const told = JSON.parse(sessionStorage.getItem("bench") ?? "null");
  const isDone = told?.ended && (told.said || !told.says);
  return isDone ? [told.ended - told.begun, (told.said ?? told.ended) - told.begun] : null;
}"""
_SHOW_A_WORD = """() => {
  document.documentElement.innerHTML = "<body></body>";
  const word = Object.assign(document.createElement("p"), { id: "word", textContent: "Here" });
  addEventListener("keydown", () => document.body.append(word));
}"""
_DRAW_ANEW = """() => {
  const screen = document.getElementById("screen"), fresh = screen.cloneNode(true);
  fresh.querySelector("#messages").dataset.drawn = "yes";
  addEventListener("keydown", () => screen.replaceWith(fresh));
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
    """Have a hundred tickets that one search finds, as they were before a run that was cut off."""
    database = connect(load(ready.postdesk.environment))
    with database.transaction() as session:
        subject = Ticket.subject.startswith(_WORD)
        newest = select(func.max(Ticket.id)).scalar_subquery()
        those = (subject, Ticket.id > newest - 10 * MANY)
        there = session.scalar(select(func.count()).where(*those))
        session.execute(update(Ticket).where(*those).values(priority="medium"))
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
        self._tickets = ready.in_view(times + 1)
        page.add_init_script(_NOTE_TIMES)
        page.goto(f"{self._url}/desk/login")
        page.get_by_label("Email").fill(AGENT)
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        page.locator(".row").first.wait_for()

    def timed(self) -> Iterator[tuple[str, tuple[float, float]]]:
        """Each act's name and figures, as it is done."""
        in_lists = (self._opened, self._in_the_list, self._of_few, self._of_many)
        others = (self._next, self._beside, self._sent, self._resolved)
        for act in (self._least, self._drawn, *in_lists, *others):
            walls: dict[str, list[float]] = {}
            for at in range(self._times + 1):
                for name, took in act(at):
                    walls.setdefault(name, []).append(took)
            yield from ((name, _figures(taken[1:])) for name, taken in walls.items())

    def _until(self, shown: str, act: Callable[[], object], says: str = "") -> tuple[float, float]:
        """Milliseconds from the act's last key or click to the page that shows this, and to the one
        that says it is done.
        """
        self._page.evaluate(_ARM, {"until": shown, "says": says})
        act()
        took, said = self._page.wait_for_function(_TOOK, timeout=30_000).json_value()
        return float(took), float(said)

    def _least(self, at: int) -> Iterator[tuple[str, float]]:
        """What the browser itself takes to show a word: nothing is quicker here."""
        page = self._page
        page.goto(f"{self._url}/healthz")
        page.evaluate(_SHOW_A_WORD)
        yield (
            "ceiling: a word on an empty page",
            self._until("#word", lambda: page.keyboard.press("j"))[0],
        )

    def _drawn(self, at: int) -> Iterator[tuple[str, float]]:
        """What it takes to lay out and paint a ticket's page that is there already."""
        self._ticket(at)
        self._page.evaluate(_DRAW_ANEW)
        press = partial(self._page.keyboard.press, "F8")
        yield "ceiling: a ticket's page drawn anew", self._until("#messages[data-drawn]", press)[0]

    def _opened(self, at: int) -> Iterator[tuple[str, float]]:
        page = self._page
        for name, pause in (("open a ticket", A_REST), ("… without a rest on its row", 0)):
            page.goto(f"{self._url}/desk?view=open")
            page.locator(".row-link").nth((at * 2 + (not pause)) % 50).focus()
            page.wait_for_timeout(pause)
            took, _ = self._until("#messages [data-message]", lambda: page.keyboard.press("Enter"))
            yield name, took

    def _next(self, at: int) -> Iterator[tuple[str, float]]:
        number = self._ticket(at)
        self._page.wait_for_timeout(READS)
        yield "next", self._until(_of_another(number), lambda: self._page.keyboard.press("j"))[0]

    def _in_the_list(self, at: int) -> Iterator[tuple[str, float]]:
        page = self._page
        page.goto(f"{self._url}/desk?view=open&status=open&priority=medium")
        row = page.locator(".row").nth(at)
        one = f'[data-row="{row.get_attribute("data-row")}"]'
        row.locator('[data-row-change="priority"]').click()
        choice = page.locator("#row-menu").get_by_role("button", name="Urgent")
        yield from self._shown_and_said(
            "priority, in the list", f"{one} .priority-urgent", choice.click, 1
        )
        yield from self._shown_and_undone("undo of 1", f"{one} .priority-medium", 1)

    def _of_few(self, at: int) -> Iterator[tuple[str, float]]:
        page = self._page
        page.goto(f"{self._url}/desk?view=open&status=open&priority=medium")
        boxes = page.locator(".row-choose")
        boxes.nth(0).click()
        boxes.nth(FEW - 1).click(modifiers=["Shift"])
        yield from self._chosen(FEW)

    def _of_many(self, at: int) -> Iterator[tuple[str, float]]:
        page = self._page
        page.goto(f"{self._url}/desk?view=all&q={_WORD}")
        page.locator("[data-choose-page]").check()
        page.get_by_text(re.compile(r"Select all \d+ that match")).click()
        yield from self._chosen(MANY)

    def _chosen(self, many: int) -> Iterator[tuple[str, float]]:
        """Give the chosen tickets a priority by its key, and undo it."""
        page, rows = self._page, min(many, 50)
        page.keyboard.press("p")
        page.locator('.selection-bar [data-change="priority"] .field-choice').first.focus()
        enter = partial(page.keyboard.press, "Enter")
        last = f".rows .row:nth-child({rows})"
        yield from self._shown_and_said(
            f"priority of {many}", f"{last} .priority-urgent", enter, many
        )
        assert page.locator(".rows .priority-urgent").count() >= rows
        yield from self._shown_and_undone(f"undo of {many}", f"{last} .priority-medium", many)

    def _shown_and_said(
        self, name: str, shown: str, act: Callable[[], object], many: int
    ) -> Iterator[tuple[str, float]]:
        done = f'{_TOAST}[data-changed="{many}"]:has({_UNDO})'
        took, said = self._until(shown, act, done)
        yield from ((name, took), (f"{name}: said", said))

    def _shown_and_undone(self, name: str, shown: str, many: int) -> Iterator[tuple[str, float]]:
        undo = self._page.locator(f"{_TOAST} {_UNDO} button")
        undone = f'{_TOAST}[data-changed="{many}"]:not(:has({_UNDO}))'
        took, said = self._until(shown, undo.click, undone)
        yield from ((name, took), (f"{name}: said", said))

    def _ticket(self, at: int) -> str:
        """Open a ticket as from the list; its number."""
        number = self._tickets[at][1]
        self._page.goto(f"{self._url}/desk?view=open")
        self._page.goto(f"{self._url}/desk/t/{number}")
        return number

    def _beside(self, at: int) -> Iterator[tuple[str, float]]:
        page = self._page
        self._ticket(at)
        page.keyboard.press("p")
        page.locator('#about [data-change="priority"] .field-choice', has_text="Urgent").focus()
        urgent, undo = "#ticket-line .priority-urgent", "#toasts .change-toast .toast-button"
        enter = partial(page.keyboard.press, "Enter")
        took, said = self._until(urgent, enter, undo)
        yield from (("priority, beside a ticket", took), ("priority, beside a ticket: said", said))
        click = page.locator(undo, has_text="Undo").click
        gone = self._until("#ticket-line:not(:has(.priority-urgent))", click)[0]
        yield "undo beside a ticket", gone

    def _sent(self, at: int) -> Iterator[tuple[str, float]]:
        page, number = self._page, self._ticket(at)
        page.locator("#reply-text").fill("Dear customer, it leaves today.")
        page.wait_for_timeout(READS)
        keys = partial(page.keyboard.press, "Control+Shift+Enter")
        yield "send and next", self._until(_of_another(number), keys)[0]
        undo = page.locator("#toasts [data-undo]")
        yield "undo of an answer", self._until(f'#poll[data-page$="{number}"]', undo.click)[0]

    def _resolved(self, at: int) -> Iterator[tuple[str, float]]:
        number = self._ticket(at)
        self._page.wait_for_timeout(READS)
        resolve = partial(self._page.keyboard.press, "e")
        yield "resolve and next", self._until(_of_another(number), resolve)[0]


def _of_another(number: str) -> str:
    return f'#poll[data-page]:not([data-page$="{number}"])'


def _figures(walls: list[float]) -> tuple[float, float]:
    most = statistics.quantiles(walls, n=20, method="inclusive")[-1] if walls[1:] else walls[0]
    return statistics.median(walls), most

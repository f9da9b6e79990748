"""How long what staff do at the desk takes the server: one request each, over a kept connection.

Each act falls on another ticket, from all over the view of open ones.
"""

from __future__ import annotations

import re
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bench.browser import Browser
from bench.pages import Timed
from bench.prepared import Prepared, csrf_token, prepared
from tests.support.process_tree import WEB, cpu_seconds, find

LIST = "?view=open"
FEW, MANY = 10, 100
FEWER = 5
"""So many times fewer changes of many tickets, which are many acts themselves."""


def measure(
    kind: str, *, tickets: int = 10_000, times: int = 100, keep: Path | None = None
) -> list[Timed]:
    """Time the acts on ``sqlite`` or ``postgresql`` with so many tickets."""
    with prepared(kind, tickets, keep) as ready, ready.postdesk:
        acts = _Acts(ready, times)
        return [Timed(name, kind, tickets, *walls) for name, walls in acts.timed()]


@dataclass
class _Watch:
    """Times what is done again and again, and counts the CPU of the web server meanwhile."""

    root: int
    walls: list[float] = field(default_factory=list)
    cpu: float = 0.0

    @contextmanager
    def running(self) -> Iterator[None]:
        before, began = cpu_seconds(self.root), time.perf_counter()
        yield
        self.walls.append((time.perf_counter() - began) * 1000)
        self.cpu += cpu_seconds(self.root) - before

    @property
    def figures(self) -> tuple[float, float, float]:
        """Milliseconds: the median, the 95th percentile, and of CPU."""
        p95 = statistics.quantiles(self.walls, n=20)[-1]
        return statistics.median(self.walls), p95, self.cpu * 1000 / len(self.walls)


class _Acts:
    """An agent who does one thing after another."""

    def __init__(self, ready: Prepared, times: int) -> None:
        self._desk: Browser = ready.sign_in()
        self._csrf = ("csrf_token", csrf_token(self._desk))
        self._web = find(ready.postdesk.pid, WEB)[0].pid
        self._times = times
        self._several = max(times // FEWER, 4)
        self._tickets = ready.in_view(max(times, MANY))

    def timed(self) -> Iterator[tuple[str, tuple[float, float, float]]]:
        """Each act's name and figures, as it is done."""
        each = self._each
        yield "open a ticket", each(lambda at: self._desk.get(f"/desk/t/{at[1]}"))
        yield from self._of_many(1)
        yield "the list's 50 rows anew", each(lambda _: self._desk.get(self._rows()))
        yield from self._of_many(FEW)
        yield from self._of_many(MANY)
        yield from self._beside_it()
        yield from self._answer()
        yield "resolve and next", each(lambda at: self._post(at, "status", ("status", "resolved")))

    def _each(self, act: Callable[[tuple[int, str]], object]) -> tuple[float, float, float]:
        watch = _Watch(self._web)
        for ticket in self._tickets[: self._times]:
            with watch.running():
                act(ticket)
        return watch.figures

    def _of_many(self, size: int) -> Iterator[tuple[str, tuple[float, float, float]]]:
        apply, undo = _Watch(self._web), _Watch(self._web)
        ids = [ticket_id for ticket_id, _ in self._tickets]
        for at in range(self._times if size == 1 else self._several):
            chosen = [ids[(at * size + step) % len(ids)] for step in range(size)]
            with apply.running():
                done = self._change(chosen)
            with undo.running():
                self._work(f"/desk/bulk/{done}/undo")
        yield "priority, in the list" if size == 1 else f"priority of {size}", apply.figures
        yield f"undo of {size}", undo.figures

    def _beside_it(self) -> Iterator[tuple[str, tuple[float, float, float]]]:
        change, undo = _Watch(self._web), _Watch(self._web)
        for ticket in self._tickets[: self._times]:
            with change.running():
                self._post(ticket, "priority", ("priority", "urgent"))
            change_id = _found(
                r'name="change" value="(\d+)"', self._desk.get(f"/desk/t/{ticket[1]}")
            )
            with undo.running():
                self._post(ticket, "undo-change", ("change", change_id))
        yield "priority, beside a ticket", change.figures
        yield "undo beside a ticket", undo.figures

    def _answer(self) -> Iterator[tuple[str, tuple[float, float, float]]]:
        send, undo = _Watch(self._web), _Watch(self._web)
        for ticket in self._tickets[: self._times]:
            page = self._desk.get(f"/desk/t/{ticket[1]}")
            seen = [
                (name, _found(rf'name="{name}" value="(\d*)"', page))
                for name in ("seen_comment_id", "seen_change_id")
            ]
            fields = (*seen, ("comment", "Dear customer, it leaves today."), ("status", "waiting"))
            with send.running():
                onto = self._post(ticket, "reply", *fields, ("send", "now"))
            comment = _found(r'name="comment" value="(\d+)" data-undo', self._desk.get(onto))
            with undo.running():
                self._post(ticket, "undo", ("comment", comment))
        yield "send and next", send.figures
        yield "undo of an answer", undo.figures

    def _post(self, ticket: tuple[int, str], act: str, *fields: tuple[str, str]) -> str:
        onward = (("then_go", "next"), ("list", LIST)) if act in ("reply", "status") else ()
        _, onto = self._desk.send(f"/desk/t/{ticket[1]}/{act}", self._csrf, *fields, *onward)
        return onto

    def _change(self, ids: list[int]) -> str:
        chosen = [("ticket", str(one)) for one in ids]
        return self._work("/desk/bulk", ("set", "priority=high"), *chosen)

    def _work(self, path: str, *fields: tuple[str, str]) -> str:
        """Ask for a change of many, and for the rest of it until it has ended; its id."""
        while True:
            values = (self._csrf, ("in_place", "yes"), ("view", "open"), *fields)
            state, _ = self._desk.send(path, *values)
            goes_on = re.search(r'data-goes-on="([^"]+)"', state)
            if goes_on is None:
                undo = re.search(r"/desk/bulk/(\d+)/undo", state)
                return undo[1] if undo else ""
            path = goes_on[1]

    def _rows(self) -> str:
        ids = "&".join(f"ticket={ticket_id}" for ticket_id, _ in self._tickets[:50])
        return f"/desk/rows{LIST}&{ids}"


def _found(pattern: str, page: str) -> str:
    match = re.search(pattern, page)
    assert match, f"no {pattern} in {page[:300]}"
    return match[1]

"""How long the queue and a ticket take, beside an empty Flask page, over a kept connection."""

from __future__ import annotations

import statistics
import time
from dataclasses import dataclass
from pathlib import Path

from bench import empty_page, seed
from bench.browser import Browser
from bench.prepared import Prepared, prepared
from tests.support.process_tree import WEB, cpu_seconds, find

ROWS = 50


@dataclass(frozen=True)
class Timed:
    """Wall milliseconds of a page, and what it costs the web server's processes in CPU."""

    page: str
    database: str
    tickets: int
    p50_ms: float
    p95_ms: float
    cpu_ms: float
    """Without the CPU of a database in a process of its own."""


def measure(
    kind: str, *, tickets: int = 10_000, times: int = 300, keep: Path | None = None
) -> list[Timed]:
    """Time the pages on ``sqlite`` or ``postgresql`` with so many tickets."""
    with (
        prepared(kind, tickets, keep) as ready,
        ready.postdesk,
        empty_page.running() as (empty, port),
    ):
        return _measure(ready, empty, port, (kind, tickets, times))


def _measure(ready: Prepared, empty: int, port: int, run: tuple[str, int, int]) -> list[Timed]:
    kind, tickets, times = run
    desk, number = ready.sign_in(), ready.number
    web = find(ready.postdesk.pid, WEB)[0].pid
    pages = {
        "queue, open": (desk, web, "/desk"),
        "queue, all": (desk, web, "/desk?view=all"),
        "ticket, 20 comments": (desk, web, f"/desk/t/{number}"),
        "an empty Flask page": (Browser(port), empty, "/"),
    }
    assert desk.get("/desk?view=all").count("/desk/t/TKT") >= ROWS
    assert desk.get(f"/desk/t/{number}").count("Kind regards") >= seed.LONG_TICKET_COMMENTS
    return [
        Timed(name, kind, tickets, *time_page(browser, root, path, times))
        for name, (browser, root, path) in pages.items()
    ]


def time_page(browser: Browser, root: int, path: str, times: int) -> tuple[float, float, float]:
    """Milliseconds of wall (the median, the 95th percentile) and of CPU, of a page got so often."""
    for _ in range(times // 10):
        browser.get(path)
    before, walls = cpu_seconds(root), []
    for _ in range(times):
        began = time.perf_counter()
        browser.get(path)
        walls.append((time.perf_counter() - began) * 1000)
    cpu = (cpu_seconds(root) - before) * 1000 / times
    return statistics.median(walls), statistics.quantiles(walls, n=20)[-1], cpu

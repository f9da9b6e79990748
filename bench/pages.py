"""How long the queue and a ticket take, beside an empty Flask page, over a kept connection."""

from __future__ import annotations

import itertools
import statistics
import time
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import func, insert, select

from bench import empty_page, seed
from bench.browser import Browser
from bench.prepared import Prepared, prepared
from helpdesk.db import connect
from helpdesk.models import Comment, Ticket
from helpdesk.settings import load
from tests.support.process_tree import WEB, cpu_seconds, find

ROWS = 50
MANY_COMMENTS = 1_500


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
        f"ticket, {MANY_COMMENTS:,} comments": (desk, web, f"/desk/t/{_with_many(ready)}"),
        "an empty Flask page": (Browser(port), empty, "/"),
    }
    assert desk.get("/desk?view=all").count("/desk/t/TKT") >= ROWS
    assert desk.get(f"/desk/t/{number}").count("Kind regards") >= seed.LONG_TICKET_COMMENTS
    return [
        Timed(name, kind, tickets, *time_page(browser, root, path, times))
        for name, (browser, root, path) in pages.items()
    ]


def _with_many(ready: Prepared) -> str:
    """The number of a ticket with very many comments: copies of those of the one with twenty."""
    database = connect(load(ready.postdesk.environment))
    table = Comment.__table__
    copied = [column for column in table.columns if column.name not in ("id", "ticket_id")]
    with database.transaction() as session:
        few = session.scalars(select(Ticket).where(Ticket.number == ready.number)).one()
        ticket = session.get_one(Ticket, few.id - 1)
        there = session.scalar(select(func.count()).where(Comment.ticket_id == ticket.id)) or 0
        statement = select(*copied).where(Comment.ticket_id == few.id, ~Comment.opening)
        rows = itertools.cycle(session.execute(statement.order_by(Comment.id)).mappings().all())
        missing = itertools.islice(rows, max(0, MANY_COMMENTS - there))
        if copies := [{**row, "ticket_id": ticket.id} for row in missing]:
            session.execute(insert(Comment), copies)
            ticket.comment_count = MANY_COMMENTS
        number = ticket.number
    database.dispose()
    return number


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

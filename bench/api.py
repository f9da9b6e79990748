"""How long the API's requests take, over a kept connection, at many tickets."""

from __future__ import annotations

import http.client
import json
import statistics
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from sqlalchemy import select

from bench.pages import Timed
from bench.prepared import AGENT, prepared
from helpdesk.db import connect
from helpdesk.models import Person, PersonAddress, Ticket
from helpdesk.settings import load
from tests.support.process_tree import WEB, cpu_seconds, find
from tests.support.running import RunningPostdesk


def measure(
    kind: str, *, tickets: int = 10_000, times: int = 60, keep: Path | None = None
) -> list[Timed]:
    """Time the API on ``sqlite`` or ``postgresql`` with so many tickets."""
    with prepared(kind, tickets, keep) as ready:
        database = connect(load(ready.postdesk.environment))
        with database.reading() as session:
            customer = session.scalars(
                select(PersonAddress.address)
                .join(Person)
                .join(Ticket, Ticket.requester_id == Person.id)
                .where(Ticket.number == ready.number)
            ).one()
        database.dispose()
        with ready.postdesk:
            return _measure(ready.postdesk, ready.number, customer, (kind, tickets, times))


def _measure(
    postdesk: RunningPostdesk, number: str, customer: str, run: tuple[str, int, int]
) -> list[Timed]:
    kind, tickets, times = run
    agent, ann = (
        ApiClient(postdesk.web_port, postdesk.command("token", "issue", address).strip())
        for address in (AGENT, customer)
    )
    web = find(postdesk.pid, WEB)[0].pid
    assert agent.get("/api/tickets/")["count"] >= tickets
    middle = f"/api/tickets/?page_size=100&cursor={max(2, tickets // 2)}-{tickets}"
    asked: dict[str, Callable[[], Any]] = {
        "list": lambda: agent.get("/api/tickets/"),
        "list, 100 a page": lambda: agent.get("/api/tickets/?page_size=100"),
        "list, 100 by a cursor": lambda: agent.get(middle),
        "list, two filters": lambda: agent.get("/api/tickets/?status=open&priority=high"),
        "list, search": lambda: agent.get("/api/tickets/?search=kettle"),
        "list, a customer's own": lambda: ann.get("/api/tickets/"),
        "ticket, 20 comments": lambda: agent.get(f"/api/tickets/{number}/"),
        "figures": lambda: agent.get("/api/tickets/stats/"),
        "comment": lambda: ann.post(f"/api/tickets/{number}/comment/", {"comment": "Any news?"}),
        "create": lambda: ann.post(
            "/api/tickets/create/", {"subject": "My kettle", "description": "It leaks."}
        ),
    }
    return [Timed(name, kind, tickets, *_time(ask, web, times)) for name, ask in asked.items()]


def _time(ask: Callable[[], Any], root: int, times: int) -> tuple[float, float, float]:
    with suppress(OSError, http.client.HTTPException):
        ask()  # its connection may have idled too long; the next request opens it again
    for _ in range(times // 10):
        ask()
    before, walls = cpu_seconds(root), []
    for _ in range(times):
        began = time.perf_counter()
        ask()
        walls.append((time.perf_counter() - began) * 1000)
    cpu = (cpu_seconds(root) - before) * 1000 / times
    return statistics.median(walls), statistics.quantiles(walls, n=20)[-1], cpu


class ApiClient:
    """Asks as the bearer of a token."""

    def __init__(self, port: int, token: str) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self._headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}

    def get(self, path: str) -> Any:
        return self._ask("GET", path, None, 200)

    def post(self, path: str, body: dict[str, Any]) -> Any:
        return self._ask("POST", path, json.dumps(body), 201)

    def patch(self, path: str, body: dict[str, Any]) -> Any:
        return self._ask("PATCH", path, json.dumps(body), 200)

    def _ask(self, method: str, path: str, body: str | None, expected: int) -> Any:
        try:
            self._connection.request(method, path, body, self._headers)
            answer = self._connection.getresponse()
        except (OSError, http.client.HTTPException):
            self._connection.close()
            raise
        text = answer.read()
        assert answer.status == expected, f"{method} {path}: {answer.status}\n{text[:500]!r}"
        return json.loads(text)

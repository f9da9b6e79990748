"""How long a page takes beside clients that send half a header or half a body, and stop.

Run by ``python -m bench.faults``. The page's time beside them must stay within twice its time
without them, and a few milliseconds.
"""

from __future__ import annotations

import socket
import statistics
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from bench.browser import Browser
from bench.prepared import prepared

HALVES = {
    "half headers": b"GET /desk HTTP/1.1\r\nHost: localhost\r\n",
    "half bodies": b"POST /new HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\nhalf",
}
CLIENTS = 200
PAGES = 200
SLACK_MS = 15.0


@dataclass(frozen=True)
class SlowOutcome:
    """The queue page's p50 and p95 in milliseconds, by what went on beside it."""

    times: dict[str, tuple[float, float]]

    @property
    def holds(self) -> bool:
        (_, alone), *others = self.times.values()
        return all(p95 < 2 * alone + SLACK_MS for _, p95 in others)

    def __str__(self) -> str:
        return "\n".join(
            f"{name:32} queue page p50 {p50:6.1f} ms, p95 {p95:6.1f} ms"
            for name, (p50, p95) in self.times.items()
        )


def run(clients: int = CLIENTS) -> SlowOutcome:
    """Measure it on SQLite, in a Postdesk of its own."""
    with prepared("sqlite", 1_000) as ready, ready.postdesk:
        desk, port = ready.sign_in(), ready.postdesk.web_port
        times = {"alone": _time(desk)}
        for name, half in HALVES.items():
            with _hanging(port, half, clients):
                times[f"beside {clients} {name}"] = _time(desk)
        times["alone again"] = _time(desk)
    return SlowOutcome(times)


@contextmanager
def _hanging(port: int, half: bytes, count: int) -> Iterator[None]:
    clients = [socket.create_connection(("127.0.0.1", port)) for _ in range(count)]
    try:
        for client in clients:
            client.sendall(half)
        yield
    finally:
        for client in clients:
            client.close()


def _time(desk: Browser) -> tuple[float, float]:
    walls = []
    for _ in range(PAGES):
        began = time.perf_counter()
        desk.get("/desk")
        walls.append((time.perf_counter() - began) * 1000)
    return statistics.median(walls), statistics.quantiles(walls, n=20)[-1]

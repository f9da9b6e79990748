"""Whether visitors are told apart: for the doctor, who asks after the last day.

A proxy that names no visitors, or is not trusted, makes one visitor of all of them: they would
share one budget of forms and of wrong passwords. So each process notes, by the hour, the one
address that all came from, and only that there were several once there are: no list of addresses
is ever kept.
"""

from __future__ import annotations

import json
import os
import threading
import time
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from flask import Flask, Response, request

from helpdesk.settings import Settings
from web.proxies import DIRECT, UNBELIEVED
from web.store import store

SEVERAL = ""
"""In place of the address, once there was a second."""
HOURS = 24
_WRITTEN_EVERY = 60.0
_UNCOUNTED = ("/static/", "/healthz", "/readyz", "/metrics", "/favicon.ico", "/api/")


@dataclass
class VisitedHour:
    """What one process saw in one hour."""

    hour: int
    """Since the epoch."""
    address: str
    """Where all came from, or :data:`SEVERAL`."""
    visits: int = 0
    unbelieved: bool = False
    """Whether that address named other visitors, and was not believed."""


class Visits:
    """The hours of this process, kept in a file of its own."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._hours: list[VisitedHour] = []
        self._written = 0.0

    def note(self, folder: Path, address: str, *, unbelieved: bool) -> None:
        """Count one visit from this address; :data:`SEVERAL` for one whom a proxy told apart."""
        now = time.time()
        with self._lock:
            hour = self._hour(int(now // 3600), address)
            if hour.address != address:
                hour.address = SEVERAL
            hour.visits += 1
            hour.unbelieved |= unbelieved
            few = hour.visits & (hour.visits - 1) == 0  # the first, second, fourth, eighth …
            if few or now - self._written > _WRITTEN_EVERY:
                self._written = now
                _write(folder, self._hours)

    def _hour(self, number: int, address: str) -> VisitedHour:
        if not self._hours or self._hours[-1].hour != number:
            self._hours = [*self._hours[1 - HOURS :], VisitedHour(number, address)]
        return self._hours[-1]


def init_app(app: Flask) -> None:
    """Note each visit to a page."""
    visits = Visits()

    @app.after_request
    def note(response: Response) -> Response:
        if not request.path.startswith(_UNCOUNTED):
            direct = request.environ.get(DIRECT, True)
            visits.note(
                visits_folder(store().settings),
                (request.remote_addr or SEVERAL) if direct else SEVERAL,
                unbelieved=request.environ.get(UNBELIEVED, False),
            )
        return response


def visits_folder(settings: Settings) -> Path:
    """Where the processes of this machine keep their counts."""
    return settings.data_dir / "run" / "visits"


def last_day(folder: Path) -> VisitedHour | None:
    """All visits of the last day, as one; None where there was none."""
    since = time.time() // 3600 - HOURS
    hours = [hour for hour in _read(folder) if hour.hour > since]
    if not hours:
        return None
    address = hours[0].address if len({hour.address for hour in hours}) == 1 else SEVERAL
    return VisitedHour(
        max(hour.hour for hour in hours),
        address,
        sum(hour.visits for hour in hours),
        any(hour.unbelieved for hour in hours),
    )


def _read(folder: Path) -> Iterable[VisitedHour]:
    for path in folder.glob("*.json"):
        with suppress(OSError, ValueError, TypeError):
            yield from (VisitedHour(**hour) for hour in json.loads(path.read_text()))


def _write(folder: Path, hours: list[VisitedHour]) -> None:
    """Never raises: a full disk is told elsewhere."""
    with suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True)
        _forget_old(folder)
        path = folder / f"{os.getpid()}.json"
        fresh = path.with_suffix(".new")
        fresh.write_text(json.dumps([asdict(hour) for hour in hours]))
        fresh.replace(path)


def _forget_old(folder: Path) -> None:
    for path in folder.iterdir():
        if time.time() - path.stat().st_mtime > HOURS * 3600:
            path.unlink()

"""``/metrics``, in the text that Prometheus reads.

What is counted while requests are answered (how many, how long) is counted by every web process in
a file of its own, and added up by the one that is asked. The rest is looked up when asked for.

On the pages' port they are there for a token alone, and for everybody else not there: a proxy
that hands on every address hands on these too. ``POSTDESK_METRICS_LISTEN`` is a port of theirs.
"""

from __future__ import annotations

import hmac
import os
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from flask import Flask, Response, abort, g, request
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Histogram,
    generate_latest,
    values,
)
from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import Forbidden, Unauthorized

from helpdesk import heartbeat
from helpdesk.disks import Disk, Room, disks
from helpdesk.identity import known_spool_id
from helpdesk.models import InboundState
from helpdesk.queries.gateways import GatewayView, PartView, gateways, running_parts
from helpdesk.queries.lately import Lately, lately
from helpdesk.queries.ledger import waiting_names
from helpdesk.queries.metrics import MetricCounts, metric_counts
from helpdesk.settings import Listen
from web.api import access
from web.proxies import Environ, Wsgi
from web.store import now, read_session, store

FOLDER_VARIABLE = "PROMETHEUS_MULTIPROC_DIR"
"""Set (by ``postdesk web``) where several processes count together."""
SCOPE = "metrics"
_ON_OWN_LISTENER = "postdesk.metrics_listener"
_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10)


def init_app(app: Flask) -> None:
    """Time every request, and answer ``/metrics``."""
    registry = CollectorRegistry()
    seconds = Histogram(
        "postdesk_request_seconds",
        "How long requests took, by the part that answered, and its answer's first digit.",
        ("part", "method", "answer"),
        buckets=_BUCKETS,
        registry=registry,
    )

    @app.before_request
    def begin() -> None:
        g.began = time.perf_counter()

    @app.after_request
    def end(response: Response) -> Response:
        if "began" in g:
            labels = (_part(), _method(), f"{response.status_code // 100}xx")
            seconds.labels(*labels).observe(time.perf_counter() - g.began)
        return response

    @app.before_request
    def nothing_else_on_its_own_listener() -> None:
        if _is_on_own_listener() and request.path != "/metrics":
            abort(404)

    @app.get("/metrics")
    def metrics() -> Response:
        if not _is_on_own_listener() and not _has_token():
            abort(404)
        found = CollectorRegistry()
        found.register(_StateCollector())
        counted = registry
        if FOLDER_VARIABLE in os.environ:
            counted = CollectorRegistry()
            MultiProcessCollector(counted)  # type: ignore[no-untyped-call]
        text = generate_latest(found) + generate_latest(counted)
        return Response(text, content_type=CONTENT_TYPE_LATEST)


def count_alone() -> None:
    """Have this process count for itself; to be called before it counts anything."""
    os.environ.pop(FOLDER_VARIABLE, None)
    values.ValueClass = values.MutexValue


class _StateCollector:
    """What is looked up when asked for."""

    def collect(self) -> Iterator[Metric]:
        waiting, oldest = _spool(store().settings.spool_dir)
        own = known_spool_id(store().settings.spool_dir)
        database_up = 0
        try:
            counts = metric_counts(read_session(), now=now())
            every = gateways(read_session())
            parts = running_parts(read_session())
            new = lately(read_session(), now=now())
        except SQLAlchemyError:  # away, or on a full disk: that is when the rest is wanted
            pass
        else:
            database_up = 1
            others = [one for one in every if one.spool_id != own]
            waiting += sum(one.waiting for one in others)
            # Of one that was given up nobody is to be told any more.
            waits = [one.oldest_seconds or 0 for one in others if not one.retired]
            oldest = max(oldest, 0, *waits)
            yield from _count_families(counts, waiting)
            yield from _lately_families(new)
            if not store().settings.is_sqlite:  # there the folder of the one machine tells
                yield from _gateway_families([one for one in every if not one.retired])
                yield _parts_family(parts)
        words = "Whether the database answers here."
        yield GaugeMetricFamily("postdesk_database_up", words, database_up)
        if own or database_up:  # else no spool is known of, and 0 would be made up
            words = "Mails in the spool, accepted and not yet filed."
            yield GaugeMetricFamily("postdesk_spool_mails", words, waiting)
            words = "Age of the oldest mail in the spool."
            yield GaugeMetricFamily("postdesk_spool_oldest_seconds", words, oldest)
        yield from _disk_families(disks(store().settings))
        alive = {part: heartbeat.is_alive(store().settings, part) for part in heartbeat.PARTS}
        known = {part: int(state) for part, state in alive.items() if state is not None}
        yield _family("postdesk_part_up", "Whether a part on this machine lives.", "part", known)


def _count_families(counts: MetricCounts, waiting: int) -> Iterator[Metric]:
    """What the database knows.

    :param waiting: mails of the spool, of which it does not.
    """
    yield _family("postdesk_tickets", "Tickets by status.", "status", counts.tickets)
    by_state = {
        **counts.inbound,
        InboundState.WAITING: counts.inbound.get(InboundState.WAITING, 0) + waiting,
    }
    yield _family("postdesk_inbound_mails", "Accepted mails by state.", "state", by_state)
    yield _family("postdesk_outbound_mails", "Mails out by state.", "state", counts.outbound)
    yield GaugeMetricFamily(
        "postdesk_acknowledgements_withheld",
        "Tickets whose customer was sent no acknowledgement, since a limit was reached.",
        counts.withheld,
    )
    yield GaugeMetricFamily(
        "postdesk_outbound_oldest_seconds",
        "For how long the mail that waits longest should have left by now.",
        counts.oldest_unsent_seconds,
    )


def _lately_families(new: Lately) -> Iterator[Metric]:
    """What came, was answered and arrived lately."""
    yield GaugeMetricFamily(
        "postdesk_tickets_created_last_hour", "Tickets that came within the last hour.", new.created
    )
    yield GaugeMetricFamily(
        "postdesk_first_answers_last_day",
        "Tickets that got their first answer within the last day.",
        len(new.first_answers),
    )
    waits = {}
    if new.first_answers:
        for share in (0.5, 0.95):
            at = min(len(new.first_answers) - 1, int(share * len(new.first_answers)))
            waits[str(share)] = new.first_answers[at]
    words = "How long this share of the last day's first answers took at most."
    yield _family("postdesk_first_answer_seconds", words, "share", waits)
    words = "Mails put into the outbox within the last hour, by what became of them."
    yield _family("postdesk_outbound_last_hour", words, "outcome", new.outbound)


def _gateway_families(every: list[GatewayView]) -> Iterator[Metric]:
    """What each gateway, on whatever machine, said of itself last."""
    up = {one.name: int(one.lives and not one.stopped) for one in every}
    yield _family("postdesk_gateway_up", "Whether its door and its filer live.", "gateway", up)
    accepted = {one.name: one.accepted for one in every}
    yield _family("postdesk_gateway_accepted_mails", "Mails it accepted.", "gateway", accepted)
    waiting = {one.name: one.waiting for one in every}
    yield _family("postdesk_gateway_waiting_mails", "Mails in its spool.", "gateway", waiting)
    oldest = {one.name: one.oldest_seconds or 0 for one in every}
    words = "Age of the oldest mail in its spool."
    yield _family("postdesk_gateway_oldest_seconds", words, "gateway", oldest)
    free = {one.name: one.disk_free for one in every if one.disk_free is not None}
    words = "What is free on the disk of its spool."
    yield _family("postdesk_gateway_disk_free_bytes", words, "gateway", free)
    full = {one.name: int(one.lacks_room) for one in every}
    words = "Whether mail is refused or waits for the disk of its spool."
    yield _family("postdesk_gateway_disk_full", words, "gateway", full)
    wrong = {one.name: one.difference for one in every}
    words = "Accepted mails that are nowhere; 0 is right."
    yield _family("postdesk_gateway_difference_mails", words, "gateway", wrong)


def _parts_family(parts: tuple[PartView, ...]) -> Metric:
    family = GaugeMetricFamily(
        "postdesk_machine_part_up",
        "Whether a part lives, on whatever machine.",
        labels=["machine", "place", "part"],
    )
    for one in parts:
        family.add_metric([one.machine, one.place[:6], one.part], int(one.lives))
    return family


def _disk_families(found: list[Disk]) -> Iterator[Metric]:
    """What is free for the spool, the database and the rest: a value each, though of one disk."""
    kept = [(str(one), disk) for disk in found for one in disk.keeps]
    free = {one: disk.free for one, disk in kept}
    yield _family("postdesk_disk_free_bytes", "What is free on its disk.", "of", free)
    needed = {one: disk.needed for one, disk in kept}
    words = "With less than this on its disk mail is refused or waits."
    yield _family("postdesk_disk_needed_bytes", words, "of", needed)
    full = {one: int(disk.room is Room.FULL) for one, disk in kept}
    yield _family("postdesk_disk_full", "Whether mail is refused or waits for it.", "of", full)


def _family(name: str, words: str, label: str, values: Mapping[str, float]) -> GaugeMetricFamily:
    family = GaugeMetricFamily(name, words, labels=[label])
    for value, count in values.items():
        family.add_metric([value], count)
    return family


def _spool(folder: Path) -> tuple[int, float]:
    """How many mails wait in the spool, and the age of the oldest in seconds."""
    names = waiting_names(folder)
    oldest = 0.0
    if names:
        with suppress(FileNotFoundError):  # filed while we looked
            # Names sort by time.
            oldest = max(0.0, time.time() - (folder / "new" / min(names)).stat().st_mtime)
    return len(names), oldest


def _part() -> str:
    """A name from our own few, never from the request: each one makes a row for ever."""
    if request.endpoint is None:
        return "none"
    if request.path.startswith("/api/"):
        return "api"
    return request.blueprint or request.endpoint


def _method() -> str:
    return request.method if request.method in ("GET", "HEAD", "POST", "PUT", "PATCH") else "other"


class OwnListener:
    """A WSGI application that is asked for by no name on the listener of the metrics.

    Whoever may reach it may ask, by whatever address: the pages' rule on hosts is not for it.
    """

    def __init__(self, wsgi: Wsgi, listen: Listen) -> None:
        self._wsgi, self._port = wsgi, str(listen.port)

    def __call__(self, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        # The server's own word; nothing that a client sends changes it.
        if environ.get("SERVER_PORT") == self._port:
            environ[_ON_OWN_LISTENER] = True
            environ["HTTP_HOST"] = "localhost"
        return self._wsgi(environ, start_response)


def _is_on_own_listener() -> bool:
    return bool(request.environ.get(_ON_OWN_LISTENER))


def _has_token() -> bool:
    """Whether a token opens the metrics: the one of the settings, or one of the scope."""
    expected = store().settings.metrics_token
    if expected and hmac.compare_digest((access.bearer() or "").encode(), expected.encode()):
        return True
    try:
        access.require_actor(SCOPE)
    except (Unauthorized, Forbidden):
        return False
    return access.actor().is_staff and access.actor().sees_all

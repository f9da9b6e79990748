"""The figures: above the queue, each a link to the tickets that it counts; and over time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

from flask import Flask, current_app, render_template, request
from flask.wrappers import Response
from markupsafe import Markup

from helpdesk.queries.stats import Figures
from helpdesk.queries.stats import figures as count
from helpdesk.queries.trends import Day, Trends, trends
from web.cached import CachedValue
from web.desk.blueprint import blueprint, desk_page
from web.sign_in import signed_in, staff_only
from web.store import now, read_session

RANGES = (7, 30, 90)
"""Days that the page can show."""

T = TypeVar("T")
_Cached = dict[tuple[tuple[int, ...] | None, int], CachedValue[T]]
_MOST_CACHED = 200
_KEY = "postdesk.figures"
_TRENDS = "postdesk.trends"
_REMEMBERED = "figures"

# The view and the filter that show the tickets of each status.
_PLACE_OF_STATUS = {
    "open": {"view": "open", "status": "open"},
    "in_progress": {"view": "open", "status": "in_progress"},
    "waiting": {"view": "waiting"},
    "resolved": {"view": "resolved"},
    "closed": {"view": "all", "status": "closed"},
}


@dataclass(frozen=True)
class ShownFigures:
    """The figures as they stand on the page: the line, and what unfolds under it."""

    line: Markup
    more: Markup


def init_app(app: Flask) -> None:
    """Cache the figures of this process: they are the same for all of staff who see the same
    mailboxes.
    """
    app.extensions[_KEY] = {}
    app.extensions[_TRENDS] = {}
    app.jinja_env.globals["figures_are_open"] = _are_open


def shown_figures() -> ShownFigures:
    """The figures, at most some seconds old (longer where counting takes long)."""
    cached: _Cached[ShownFigures] = current_app.extensions[_KEY]
    return _of_mailboxes(cached, 0, lambda: CachedValue(_make, seconds=5)).get()


@blueprint.get("/figures")
@staff_only
def figures() -> Response:
    """What came and was solved on each day, and how fast."""
    days = request.args.get("days", 30, int)
    days = days if days in RANGES else 30
    found = _trends(days).get()
    most = max((max(day.came, day.solved) for day in found.days), default=0)
    return desk_page(
        "desk/figures.html", trends=found, days=days, ranges=RANGES, bars=_bars(found), most=most
    )


@dataclass(frozen=True)
class DayBar:
    """A day of the chart: where its bars stand and how high they are, of 100 each way."""

    day: Day
    x: float
    width: float
    came: float
    solved: float


def _bars(found: Trends) -> list[DayBar]:
    most = max((max(day.came, day.solved) for day in found.days), default=0) or 1
    step = 100 / len(found.days)
    return [
        DayBar(
            day,
            round(step * at + step * 0.1, 3),
            round(step * 0.4, 3),
            round(100 * day.came / most, 2),
            round(100 * day.solved / most, 2),
        )
        for at, day in enumerate(found.days)
    ]


def _trends(days: int) -> CachedValue[Trends]:
    cached: _Cached[Trends] = current_app.extensions[_TRENDS]
    return _of_mailboxes(cached, days, lambda: CachedValue(partial(_make_trends, days), seconds=30))


def _of_mailboxes(
    cached: _Cached[T], days: int, make: Callable[[], CachedValue[T]]
) -> CachedValue[T]:
    """What was cached of the mailboxes that the reader sees."""
    key = (signed_in().actor.mailbox_ids, days)
    if key not in cached and len(cached) >= _MOST_CACHED:
        cached.clear()
    return cached.setdefault(key, make())


def _make_trends(days: int) -> Trends:
    return trends(read_session(), signed_in().actor, days=days, now=now())


def _make() -> ShownFigures:
    counted: Figures = count(read_session(), signed_in().actor)
    values = {"counted": counted, "place_of_status": _PLACE_OF_STATUS}
    return ShownFigures(
        Markup(render_template("desk/_figures_line.html", **values)),  # noqa: S704
        Markup(render_template("desk/_figures_more.html", **values)),  # noqa: S704
    )


def _are_open() -> bool:
    """Whether the person last left them unfolded (set by the page's script)."""
    return request.cookies.get(_REMEMBERED) == "open"

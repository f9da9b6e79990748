"""The figures above the queue: each a link to the tickets that it counts."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Flask, current_app, render_template, request
from markupsafe import Markup

from helpdesk.queries.stats import Figures, figures
from web.kept import Kept
from web.sign_in import signed_in
from web.store import reading

_KEY = "postdesk.figures"
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


def attach(app: Flask) -> None:
    """Keep the figures of this process: they are the same for all of staff."""
    app.extensions[_KEY] = Kept(_make, seconds=5)
    app.jinja_env.globals["figures_are_open"] = _are_open


def shown_figures() -> ShownFigures:
    """The figures, at most some seconds old (longer where counting takes long)."""
    kept: Kept[ShownFigures] = current_app.extensions[_KEY]
    return kept.get()


def _make() -> ShownFigures:
    counted: Figures = figures(reading(), signed_in().actor)
    values = {"counted": counted, "place_of_status": _PLACE_OF_STATUS}
    return ShownFigures(
        Markup(render_template("desk/_figures_line.html", **values)),  # noqa: S704
        Markup(render_template("desk/_figures_more.html", **values)),  # noqa: S704
    )


def _are_open() -> bool:
    """Whether the reader last left them unfolded (set by the page's script)."""
    return request.cookies.get(_REMEMBERED) == "open"

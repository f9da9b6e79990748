"""Styles, scripts and icons. Their addresses carry a hash of the content, so browsers keep them."""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from pathlib import Path

from flask import Flask, Response, request, send_from_directory

FOLDER = Path(__file__).resolve().parent / "static"
BUNDLES = {
    "desk.css": tuple(
        f"css/{name}.css"
        for name in ("base", "desk", "ticket", "mail", "queue", "outbox", "settings", "tags")
    ),
    "desk.js": (
        "vendor/htmx.min.js",
        *(
            f"js/{name}.js"
            for name in (
                *("page", "deeds", "ahead", "at_once", "typed_on", "time", "session"),
                *("drafts", "half_typed", "forms", "frames", "desk"),
                *("selection", "palette", "live", "concerns", "completion", "names", "canned"),
                *(
                    "undo",
                    "people",
                    "assignees",
                    "ticket_version",
                    "tags",
                    "similar",
                    "side",
                    "checklist",
                    "search",
                ),
                "pick_ticket",
                "merge_preview",
            )
        ),
    ),
}
"""What every page of the desk needs, in this order: one answer each, since a browser asks its own
cache for each file anew on each page, which took it longer than to run them."""
_TYPES = {".css": "text/css", ".js": "text/javascript"}


def init_app(app: Flask) -> None:
    """Serve the static folder and its bundles, and give templates ``asset(name)``."""
    app.add_url_rule("/static/<path:name>", "static", _serve)
    app.add_url_rule("/favicon.ico", "favicon", lambda: _serve("favicon.svg"))
    app.jinja_env.globals["asset"] = asset


@cache
def asset(name: str) -> str:
    """The address of a static file or a bundle, as it is now."""
    return f"/static/{name}?v={_version(name)}"


@cache
def _version(name: str) -> str:
    return sha256(_content(name)).hexdigest()[:12]


@cache
def _bundled(name: str) -> bytes:
    return b"\n".join((FOLDER / part).read_bytes() for part in BUNDLES[name])


def _content(name: str) -> bytes:
    return _bundled(name) if name in BUNDLES else (FOLDER / name).read_bytes()


def _serve(name: str) -> Response:
    if name in BUNDLES:
        response = Response(_bundled(name), mimetype=_TYPES[Path(name).suffix])
    else:
        response = send_from_directory(FOLDER, name)
    if "v" in request.args:
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    else:
        response.headers["Cache-Control"] = "public, max-age=300"
    return response

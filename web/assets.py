"""Styles, scripts and icons. Their addresses carry a hash of the content, so browsers keep them."""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from pathlib import Path

from flask import Flask, Response, request, send_from_directory

FOLDER = Path(__file__).resolve().parent / "static"


def init_app(app: Flask) -> None:
    """Serve the static folder, and give templates ``asset(name)``."""
    app.add_url_rule("/static/<path:name>", "static", _serve)
    app.add_url_rule("/favicon.ico", "favicon", lambda: _serve("favicon.svg"))
    app.jinja_env.globals["asset"] = asset


@cache
def asset(name: str) -> str:
    """The address of a static file, as it is now."""
    return f"/static/{name}?v={_version(name)}"


@cache
def _version(name: str) -> str:
    return sha256((FOLDER / name).read_bytes()).hexdigest()[:12]


def _serve(name: str) -> Response:
    response = send_from_directory(FOLDER, name)
    if "v" in request.args:
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    else:
        response.headers["Cache-Control"] = "public, max-age=300"
    return response

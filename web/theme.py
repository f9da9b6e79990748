"""Light or dark: the visitor's choice, in a cookie, so that the page comes right at once."""

from __future__ import annotations

from flask import Flask, abort, redirect, request
from werkzeug.wrappers import Response

from web.security import cookies_are_secure, own_path

COOKIE = "theme"
CHOICES = ("light", "dark")
_A_YEAR = 365 * 86400


def init_app(app: Flask) -> None:
    """Take the choice, and tell the templates."""
    app.add_url_rule("/theme", "theme", _choose, methods=["POST"])
    app.jinja_env.globals["theme"] = chosen


def chosen() -> str:
    """``light`` or ``dark`` where the visitor chose one; empty for their system's own."""
    cookie = request.cookies.get(COOKIE, "")
    return cookie if cookie in CHOICES else ""


def _choose() -> Response:
    wanted = request.form.get("theme", "")
    if wanted not in CHOICES:
        abort(400)
    answer = redirect(own_path(request.form.get("next")) or "/", 303)
    # Not HttpOnly: the switch sets it without a round trip, where there is script.
    answer.set_cookie(COOKIE, wanted, max_age=_A_YEAR, samesite="Lax", secure=cookies_are_secure())
    return answer

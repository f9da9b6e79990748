"""In which order a list is shown: chosen by its address, and remembered for each view."""

from __future__ import annotations

from flask import request
from werkzeug.wrappers import Response

from helpdesk.queries.queue_order import choice_named
from web.security import cookies_are_secure

LABELS = {
    "urgency": "Most urgent",
    "-urgency": "Least urgent",
    "waiting": "Waiting longest",
    "-waiting": "Waiting shortest",
    "created": "Newest",
    "-created": "Oldest",
    "updated": "Changed last",
    "-updated": "Unchanged longest",
    "waking": "Waking first",
    "-waking": "Waking last",
    "put_away": "Put away last",
    "-put_away": "Put away first",
}
"""Each order in words, by its name."""
COOKIE = "sort"
_MOST_REMEMBERED = 40
_A_YEAR = 365 * 86400


def chosen_sort(asked: str, view_name: str) -> str:
    """The order that the address asks for, or else the one that was chosen last for the view."""
    return asked or _remembered().get(view_name, "")


def remember_sort(answer: Response, view_name: str, base: str) -> None:
    """Keep the order that this request chose for a view, for the next time.

    :param base: the name of the view by which this one is sorted.
    """
    asked = request.args.get("sort", "")
    remembered = _remembered()
    if choice_named(base, asked) is None or remembered.get(view_name) == asked:
        return
    remembered.pop(view_name, None)
    kept = [*remembered.items(), (view_name, asked)][-_MOST_REMEMBERED:]
    value = ".".join(f"{view}:{name}" for view, name in kept)
    answer.set_cookie(
        COOKIE,
        value,
        max_age=_A_YEAR,
        path="/desk",
        httponly=True,
        samesite="Lax",
        secure=cookies_are_secure(),
    )


def _remembered() -> dict[str, str]:
    pairs = (one.partition(":") for one in request.cookies.get(COOKIE, "")[:2000].split("."))
    return {view: name for view, _, name in pairs if view and name in LABELS}

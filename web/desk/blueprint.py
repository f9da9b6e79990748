"""The desk's blueprint, and what every page of it shows around its content."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, make_response, render_template, request, session
from flask.wrappers import Response
from flask_login import current_user

from helpdesk.queries.views import VIEWS, view_counts
from web.desk.view_list import not_more, saved_views, shown_count, shown_counts, shown_places
from web.outcomes import DEED, DeedOutcome, outcomes, said_in_answer
from web.page_above import page_above
from web.sign_in import signed_in
from web.store import read_session

blueprint = Blueprint("desk", __name__, url_prefix="/desk")
AHEAD = "X-Ahead"
"""Says of a page that it is fetched before anybody wants it, or for a part of it: it takes no
notices with it. Sent with a form it names the pages that are there: where the form leads to one of
them, its answer has the notices. ``*`` says that another page is shown already."""


def desk_page(template: str, status: int = 200, **values: Any) -> Response:
    """A page of the desk: its own content, and the views with their counts beside it."""
    me = signed_in()
    counts = view_counts(read_session(), me.actor)
    totals, unread, are_stale = shown_counts()
    body = render_template(
        template,
        me=me.person,
        is_ahead=request.method == "GET" and AHEAD in request.headers,
        # A form's answer stands at the form's address: reloaded, it would be sent once more.
        own_address=page_above() if request.method == "POST" else "",
        views=VIEWS.values(),
        saved_views=saved_views(),
        counts={name: shown_count(count) for name, count in counts.items()} | totals,
        unread=not_more(unread, counts),
        places=shown_places(),
        counts_are_stale=are_stale,
        **values,
    )
    return make_response(body, status)


@blueprint.after_request
def lead_by_header(response: Response) -> Response:
    """Say where a form leads to a script that asks: browsers keep a redirect's anchor from it."""
    _keep_outcome(response)
    if "X-Leads" in request.headers and (to := response.location):
        response.headers["X-Leads-To"] = to
        del response.headers["Location"]
        response.status_code = 204
        response.set_data(b"")
        there = request.headers.get(AHEAD, "").split()
        if to in there or "*" in there:
            response.status_code = 200
            response.set_data(desk_page("desk/led_on.html").get_data())
    return response


def _keep_outcome(response: Response) -> None:
    """Keep what a form's answer says, for the page that asks by the name it was sent with.

    Not of an error, which is no answer of ours.
    """
    name, status = request.headers.get(DEED, ""), response.status_code
    is_answer = status < 400 or status in (409, 422)
    if request.method != "POST" or not name or not is_answer or not current_user.is_authenticated:
        return
    flashed = ((str(kind), str(words)) for kind, words in session.get("_flashes", ()))
    outcome = DeedOutcome(status, response.location or "", (*flashed, *said_in_answer()))
    outcomes().keep(signed_in().person.id, name, outcome)

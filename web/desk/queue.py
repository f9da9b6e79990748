"""The queue: the desk's home. And its pulse, by which open pages learn that something came."""

from __future__ import annotations

from datetime import datetime

from flask import make_response, render_template, request
from flask.wrappers import Response

from helpdesk.queries.pulse import changed_in_view
from helpdesk.queries.queue import VIEWS, queue_page, view_counts
from web.desk.blueprint import blueprint, desk_page, shown_count
from web.sign_in import signed_in, staff_only
from web.store import now, reading

HOME = "open"


@blueprint.get("")
@staff_only
def queue() -> Response:
    """One page of a view."""
    view_name = request.args.get("view", HOME)
    page = queue_page(
        reading(), signed_in().actor, view_name, key=request.args.get("key", "")[:300]
    )
    return desk_page("desk/queue.html", page=page, view=page.view, as_of=now())


@blueprint.get("/pulse")
@staff_only
def queue_pulse() -> Response:
    """For an open queue, every few seconds: the counts, and how many tickets came or changed."""
    actor, view_name = signed_in().actor, request.args.get("view", HOME)
    session = reading()
    changed = changed_in_view(session, actor, view_name, _moment(request.args.get("since", "")))
    counts = view_counts(session, actor)
    return make_response(
        render_template(
            "desk/_pulse.html",
            view=VIEWS[view_name],
            changed=changed,
            counts={name: shown_count(count) for name, count in counts.items()},
            open_count=shown_count(counts["open"]),
            views=VIEWS.values(),
        )
    )


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return now()
    return moment if moment.tzinfo else now()

"""What concerns me: one list of what happened to the reader, newest first."""

from __future__ import annotations

from dataclasses import asdict

from flask import jsonify, redirect, request, url_for
from werkzeug.wrappers import Response

from helpdesk.actions.mark_seen import mark_all_seen
from helpdesk.queries.colleagues import whom_to_name
from helpdesk.queries.concerns import concern_list
from helpdesk.tickets.access import id_written
from web.desk.blueprint import blueprint, desk_page
from web.sign_in import signed_in, staff_only
from web.store import now, read_session, transaction


@blueprint.get("/concerns/")
@staff_only
def concerns() -> Response:
    """One page of the list."""
    before = id_written(request.args.get("before", "")) or None
    page = concern_list(read_session(), signed_in().actor, before=before)
    return desk_page("desk/concerns.html", page=page, before=before)


@blueprint.get("/colleagues")
@staff_only
def colleagues() -> Response:
    """Whom a note on a ticket (``ticket``) can name, to complete it: ``name``, ``address``, and the
    ``handle`` to write.
    """
    number = request.args.get("ticket", "")
    found = whom_to_name(read_session(), signed_in().actor, number)
    return jsonify([asdict(one) for one in found])


@blueprint.post("/concerns/seen")
@staff_only
def see_concerns() -> Response:
    """Note that all of it was seen that stood on the page, and all before."""
    with transaction() as session:
        newest = id_written(request.form.get("newest", ""))
        mark_all_seen(session, signed_in().actor, newest, now=now())
    return redirect(url_for("desk.concerns"), 303)

"""The log: who changed what in the settings, who signed in, and when."""

from __future__ import annotations

from flask import request
from flask.wrappers import Response

from helpdesk.queries.administration import LOG_PAGE, log_page
from web.desk.blueprint import blueprint, desk_page
from web.sign_in import admin_only, signed_in
from web.store import read_session


@blueprint.get("/admin/log")
@admin_only
def audit_log() -> Response:
    """One page of it, newest first."""
    about = request.args.get("about", "")
    before = request.args.get("before", 0, int)
    found = log_page(read_session(), signed_in().actor, before, about=about)
    entries = found[:LOG_PAGE]
    older = entries[-1].id if len(found) > LOG_PAGE else 0
    return desk_page("desk/admin/log.html", entries=entries, older=older, about=about)

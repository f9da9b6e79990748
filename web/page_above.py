"""The address of a page for whoever comes to one that only takes forms, and for a form's answer."""

from __future__ import annotations

from flask import current_app, request
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect


def page_above() -> str:
    """The nearest page at this request's address, or above it, that can be looked at; or nothing.

    A form is sent to an address below that of its page: ``…/t/TKT1/reply`` to ``…/t/TKT1``.
    """
    adapter = current_app.create_url_adapter(request)
    path = request.path
    while adapter is not None and path:
        try:
            adapter.match(path, method="GET")
        except (HTTPException, RequestRedirect):
            path = path.rpartition("/")[0]
        else:
            return path
    return ""

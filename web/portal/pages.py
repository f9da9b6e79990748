"""Customers' pages: the way in, and how a mailbox looks; the others are imported from here."""

from __future__ import annotations

from flask import Response, abort, make_response, render_template, request

from helpdesk.pictures import as_sent_out, picture_type
from helpdesk.queries.mailboxes import mailboxes, offered_mailboxes
from web.portal import my, orders, rating, tracking, writing
from web.portal.blueprint import blueprint
from web.portal.brand import style_of
from web.security import DOWNLOAD_POLICY
from web.store import read_session, store

__all__ = ["blueprint", "my", "orders", "rating", "tracking", "writing"]

_FOR_EVER = "public, max-age=31536000, immutable"


@blueprint.get("/")
def home() -> Response:
    """Where to write to us, and the way to one's requests."""
    boxes = mailboxes(read_session())
    body = render_template(
        "portal/home.html",
        boxes=[box for box in boxes if box.public],
        has_form=not boxes or bool(offered_mailboxes(read_session())),
    )
    return make_response(body)


@blueprint.get("/brand/<int:mailbox_id>.css")
def style(mailbox_id: int) -> Response:
    """The colours of a mailbox."""
    box = next((box for box in mailboxes(read_session()) if box.id == mailbox_id), None)
    if box is None:
        abort(404)
    return _cached(Response(style_of(box), mimetype="text/css"))


@blueprint.get("/brand/<int:mailbox_id>/logo")
def logo(mailbox_id: int) -> Response:
    """The logo of a mailbox: a picture by its bytes, nothing else."""
    box = next((box for box in mailboxes(read_session()) if box.id == mailbox_id), None)
    if box is None or not box.logo_sha256:
        abort(404)
    content = as_sent_out(store().blobs.get(box.logo_sha256))
    kind = picture_type(content)
    if kind is None:
        abort(404)
    response = Response(content, mimetype=kind)
    response.headers["Content-Security-Policy"] = DOWNLOAD_POLICY
    return _cached(response)


def _cached(response: Response) -> Response:
    """No secret, and its address changes with it: browsers keep it."""
    response.headers["Cache-Control"] = _FOR_EVER if "v" in request.args else "public, max-age=300"
    return response

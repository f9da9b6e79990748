"""The limited view behind a link that proves no address; and the page behind a revoked link.

Whoever filled in the form may have typed another's address. So the browser gets a link that shows
their own words, the number and how it stands; the one to the whole page is mailed to the address,
and proves it.
"""

from __future__ import annotations

from flask import make_response, render_template, request
from flask.wrappers import Response

from helpdesk.errors import NotFound
from helpdesk.languages import statuses_in
from helpdesk.queries.followed_link import is_no_longer_kept
from helpdesk.queries.limited_view import limited_view
from helpdesk.queries.mailboxes import mailboxes
from web.languages import language
from web.portal.expected import expected_words
from web.store import read_session


def limited_view_or_gone(token: str, seen: str | None = None) -> Response:
    """The page of a limited-view token; for any other text that the link does not work.

    :param seen: the version that an open page shows: nothing (204) where it is still that.
    """
    try:
        page = limited_view(read_session(), token)
    except NotFound:
        return gone(token)
    if page.version == seen:
        return Response(status=204)
    body = render_template(
        "portal/sent.html",
        page=page,
        token=token,
        mailbox_id=page.mailbox_id,
        statuses=statuses_in(language()),
        expected=expected_words(page),
    )
    return make_response(body)


def gone(token: str) -> Response:
    """The same page for a link that was revoked and for one that never was; another where the
    ticket of a link of ours is no longer kept, with what was just typed.
    """
    boxes = [box for box in mailboxes(read_session()) if box.public]
    if is_no_longer_kept(read_session(), token):
        typed = request.form.get("comment", "")
        return make_response(render_template("portal/not_kept.html", boxes=boxes, typed=typed), 410)
    return make_response(render_template("portal/gone.html", boxes=boxes, token=token), 404)

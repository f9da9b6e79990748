"""Customers' pages: how to reach us, and the page of one ticket behind its signed link."""

from __future__ import annotations

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from flask.wrappers import Response
from werkzeug.wrappers import Response as AnyResponse

from helpdesk.actions.reply import reply
from helpdesk.actor import Actor
from helpdesk.errors import InvalidInput, NotFound
from helpdesk.queries.mailboxes import mailboxes
from helpdesk.queries.ticket import attachment, ticket_of_link, tracking_page, writer_of_link
from helpdesk.timeline import StoredFile
from web import downloads, limits
from web.conversation import shown
from web.store import now, reading, transaction
from web.uploads import stored_files

blueprint = Blueprint("portal", __name__)


@blueprint.get("/")
def home() -> Response:
    """Where to write to us."""
    return make_response(render_template("portal/home.html", boxes=mailboxes(reading())))


@blueprint.get("/t/<token>")
def tracking(token: str) -> Response:
    """The ticket that this link is for."""
    return _show(token, sent="sent" in request.args)


@blueprint.post("/t/<token>")
@limits.customer_answers
def answer(token: str) -> AnyResponse:
    """Write on the ticket, as its requester: the link was mailed to nobody else."""
    text, files = request.form.get("comment", ""), stored_files()
    try:
        with transaction() as session:
            ticket = ticket_of_link(session, token)
            writer_id = writer_of_link(session, token)
            actor = Actor(writer_id, "customer", ticket_id=ticket.id)
            reply(session, actor, ticket.id, text=text, files=files, now=now())
    except NotFound:
        return _gone()
    except InvalidInput as problem:
        return _show(token, text=text, files=files, problem=problem.message, status=422)
    return _private(redirect(url_for("portal.tracking", token=token, sent=1, _anchor="end"), 303))


@blueprint.get("/t/<token>/file/<int:file_id>")
def file(token: str, file_id: int) -> Response:
    """A file of this ticket, to be saved."""
    session = reading()
    return downloads.download(attachment(session, _reader(token), file_id))


@blueprint.get("/t/<token>/picture/<int:file_id>")
def picture(token: str, file_id: int) -> Response:
    """A picture of this ticket, to be shown."""
    session = reading()
    return downloads.picture(attachment(session, _reader(token), file_id))


def _show(
    token: str,
    *,
    text: str = "",
    files: tuple[StoredFile, ...] = (),
    problem: str = "",
    sent: bool = False,
    status: int = 200,
) -> Response:
    try:
        page = tracking_page(reading(), token)
    except NotFound:
        return _gone()

    def address(file_id: int, as_picture: bool) -> str:
        view = "portal.picture" if as_picture else "portal.file"
        return url_for(view, token=token, file_id=file_id)

    body = render_template(
        "portal/ticket.html",
        page=page,
        token=token,
        messages=[shown(comment, address) for comment in page.comments],
        text=text,
        files=files,
        problem_text=problem,
        sent=sent and not problem,
    )
    return _private(make_response(body, status))


def _reader(token: str) -> Actor:
    return Actor(None, "customer", ticket_id=ticket_of_link(reading(), token).id)


def _gone() -> Response:
    """The same page for a link that was revoked and for one that never was."""
    boxes = mailboxes(reading())
    return _private(make_response(render_template("portal/gone.html", boxes=boxes), 404))


def _private(response: AnyResponse) -> Response:
    """The address of this page is its key: it goes to no other site."""
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    return response  # type: ignore[return-value]

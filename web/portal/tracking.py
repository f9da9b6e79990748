"""The page of one ticket behind its signed link: how it stands, the conversation, the answer."""

from __future__ import annotations

from flask import make_response, redirect, render_template, request, url_for
from flask.wrappers import Response
from werkzeug.wrappers import Response as AnyResponse

from helpdesk import links
from helpdesk.actions.say_solved import ask_for_more_help, say_solved
from helpdesk.actions.send_fresh_link import send_fresh_link
from helpdesk.actions.write_again import write_again
from helpdesk.actor import Actor
from helpdesk.errors import InvalidInput, NotFound
from helpdesk.languages import statuses_in
from helpdesk.queries.followed_link import follow_link, writer_by_link
from helpdesk.queries.ticket import attachment
from helpdesk.queries.tracking import TrackingPage, tracking_page, version_of
from helpdesk.tickets.content import StoredFile
from web import downloads, limits
from web.conversation import newest_wanted, shown
from web.languages import language, problem_words
from web.portal.blueprint import blueprint
from web.portal.expected import expected_words
from web.portal.limited_view import gone, limited_view_or_gone
from web.portal.visitor import person_id
from web.store import now, read_session, store, transaction
from web.uploads import stored_files

THANKS = ("answer", "solved", "help", "rating")
"""What the page may say thanks for, after a form was sent."""


@blueprint.get("/t/<token>")
def tracking(token: str) -> Response:
    """The ticket that this link is for, or the limited view of it that the link gives."""
    return _show(token, thanks=request.args.get("thanks", ""))


@blueprint.get("/t/<token>/news")
def news(token: str) -> Response:
    """What an open page asks for every few seconds: nothing (204), or the page as it is now."""
    seen = request.args.get("seen", "")
    try:
        unchanged = version_of(read_session(), token, person_id()) == seen
    except NotFound:
        return limited_view_or_gone(token, seen)
    return Response(status=204) if unchanged else _show(token)


@blueprint.post("/t/<token>")
@limits.form_comes_back(
    lambda words, token: _show(
        token, text=request.form.get("comment", ""), files=limits.files_of_refused(), problem=words
    )
)
@limits.customer_answers
def answer(token: str) -> AnyResponse:
    """Write on the ticket."""
    text, files = request.form.get("comment", ""), stored_files()
    try:
        with transaction() as session:
            actor = writer_by_link(session, token, person_id())
            ticket = write_again(
                session, actor, actor.ticket_id or 0, text=text, files=files, now=now()
            )
    except NotFound:
        return gone(token)
    except InvalidInput as problem:
        return _show(token, text=text, files=files, problem=problem_words(problem), status=422)
    if ticket.id != actor.ticket_id:  # a new one continues it
        secret = store().settings.secret_key
        generation, writer = ticket.link_generation, actor.person_id or ticket.requester_id
        token = links.tracking_token(secret, ticket.id, generation, writer)
    return _back(token, "answer", "end")


@blueprint.post("/t/<token>/solved")
@limits.customer_answers
def solved(token: str) -> AnyResponse:
    """“This is solved.”"""
    try:
        with transaction() as session:
            actor = writer_by_link(session, token, person_id())
            say_solved(session, actor, actor.ticket_id or 0, now=now())
    except NotFound:
        return gone(token)
    return _back(token, "solved")


@blueprint.post("/t/<token>/help")
@limits.customer_answers
def more_help(token: str) -> AnyResponse:
    """“I still need help.”"""
    try:
        with transaction() as session:
            actor = writer_by_link(session, token, person_id())
            ask_for_more_help(session, actor, actor.ticket_id or 0, now=now())
    except NotFound:
        return gone(token)
    return _back(token, "help", "end")


@blueprint.post("/t/<token>/fresh")
@limits.mailed_links
def fresh(token: str) -> Response:
    """Have a link that works mailed, in place of this one. The answer is the same for any token."""
    with transaction() as session:
        send_fresh_link(session, token, now=now())
    return make_response(render_template("portal/fresh_sent.html"))


@blueprint.get("/t/<token>/file/<int:file_id>")
def file(token: str, file_id: int) -> Response:
    """A file of this ticket, to be saved."""
    found = attachment(read_session(), _visitor(token), file_id)
    return downloads.download(found, for_customer=True)


@blueprint.get("/t/<token>/picture/<int:file_id>")
def picture(token: str, file_id: int) -> Response:
    """A picture of this ticket, to be shown."""
    return downloads.picture(attachment(read_session(), _visitor(token), file_id))


def _show(
    token: str,
    *,
    text: str = "",
    files: tuple[StoredFile, ...] = (),
    problem: str = "",
    thanks: str = "",
    status: int = 200,
) -> Response:
    try:
        page = tracking_page(read_session(), token, person_id(), newest_wanted())
    except NotFound:
        return limited_view_or_gone(token)
    return make_response(_page(page, token, text, files, problem, thanks), status)


def _page(
    page: TrackingPage,
    token: str,
    text: str,
    files: tuple[StoredFile, ...],
    problem: str,
    thanks: str,
) -> str:
    def address(file_id: int, as_picture: bool) -> str:
        view = "portal.picture" if as_picture else "portal.file"
        return url_for(view, token=token, file_id=file_id)

    return render_template(
        "portal/ticket.html",
        page=page,
        token=token,
        mailbox_id=page.mailbox_id,
        statuses=statuses_in(language()),
        expected=expected_words(page),
        messages=[shown(comment, address) for comment in page.comments],
        text=text,
        files=files,
        problem_text=problem,
        thanks=thanks if thanks in THANKS and not problem else "",
    )


def _visitor(token: str) -> Actor:
    return follow_link(read_session(), token).actor


def _back(token: str, thanks: str, anchor: str | None = None) -> AnyResponse:
    there = url_for("portal.tracking", token=token, thanks=thanks, _anchor=anchor)
    return redirect(there, 303)

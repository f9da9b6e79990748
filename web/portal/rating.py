"""Rating what was done: one click in the mail leads here, one button says it."""

from __future__ import annotations

from flask import make_response, redirect, render_template, request, url_for
from flask.wrappers import Response
from werkzeug.wrappers import Response as AnyResponse

from helpdesk.actions.rate_ticket import rate_ticket
from helpdesk.errors import InvalidInput, NotFound
from helpdesk.queries.followed_link import writer_by_link
from helpdesk.queries.tracking import TrackingPage, tracking_page
from helpdesk.vocabulary import GRADES
from web import limits
from web.languages import problem_words
from web.portal.blueprint import blueprint
from web.portal.limited_view import gone
from web.portal.visitor import person_id
from web.store import now, read_session, transaction


@blueprint.get("/t/<token>/rate")
def rating(token: str) -> AnyResponse:
    """The page with the button. Opening it says nothing: programs open links in mails, too."""
    try:
        page = tracking_page(read_session(), token, person_id())
    except NotFound:
        return gone(token)
    if not page.is_requester:
        return redirect(url_for("portal.tracking", token=token), 303)
    grade = request.args.get("grade", "") or page.rating
    return _form(page, token, grade, page.rating_comment)


@blueprint.post("/t/<token>/rate")
@limits.form_comes_back(lambda words, token: _again(token, {"comment": words}))
@limits.customer_answers
def rate(token: str) -> AnyResponse:
    """Rate it."""
    grade, comment = request.form.get("grade", ""), request.form.get("comment", "")
    try:
        with transaction() as session:
            actor = writer_by_link(session, token, person_id())
            rate_ticket(session, actor, actor.ticket_id or 0, grade, comment=comment, now=now())
    except NotFound:
        return gone(token)
    except InvalidInput as problem:
        return _again(token, {problem.field: problem_words(problem)})
    return redirect(url_for("portal.tracking", token=token, thanks="rating"), 303)


def _again(token: str, problems: dict[str, str]) -> Response:
    """The form as it was filled in, with what is wrong."""
    try:
        page = tracking_page(read_session(), token, person_id())
    except NotFound:
        return gone(token)
    grade, comment = request.form.get("grade", ""), request.form.get("comment", "")
    return _form(page, token, grade, comment, problems)


def _form(
    page: TrackingPage,
    token: str,
    grade: str,
    comment: str,
    problems: dict[str, str] | None = None,
) -> Response:
    body = render_template(
        "portal/rate.html",
        page=page,
        token=token,
        mailbox_id=page.mailbox_id,
        grades=GRADES,
        grade=grade if grade in GRADES else "",
        comment=comment,
        problems=problems or {},
    )
    return make_response(body, 422 if problems else 200)

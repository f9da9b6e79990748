"""Signing in and out of the desk."""

from __future__ import annotations

from flask import make_response, redirect, render_template, request, url_for
from flask.wrappers import Response
from flask_login import current_user
from flask_wtf.csrf import validate_csrf
from werkzeug.wrappers import Response as AnyResponse

from helpdesk.actions.sign_in import check_password, note_refusal
from helpdesk.errors import NotAllowed
from web import limits
from web.desk.blueprint import blueprint
from web.guesses import NEEDS_LINK, Guess, know_browser
from web.security import own_path
from web.sign_in import (
    begin_session,
    end_session,
    note_not_signed_in,
    signed_in,
    staff_only,
    visit,
)
from web.store import now, read_session, transaction


@blueprint.get("/login")
def login() -> AnyResponse:
    """The page to sign in on; who is signed in already goes on to the desk."""
    if current_user.is_authenticated and signed_in().actor.is_staff:
        return redirect(_wanted())
    return _login_page()


@blueprint.post("/login")
@limits.form_comes_back(lambda words: _login_page(request.form.get("email", ""), words))
def log_in() -> AnyResponse:
    """Sign in. Unknown address, wrong password and customers' accounts get the same words."""
    address = request.form.get("email", "")
    guess = Guess(address)
    guess.check()
    if guess.needs_link:
        note_not_signed_in("too_many_guesses")
        return _login_page(address, NEEDS_LINK, 401)
    try:
        person = check_password(read_session(), address, request.form.get("password", ""))
        if not person.is_staff:
            raise NotAllowed("That address and password do not match.")
        begin_session(person)
    except NotAllowed as problem:
        guess.was_wrong()
        note_not_signed_in("address_or_password")
        with transaction() as session:
            note_refusal(session, address, visit(), now=now())
        return _login_page(address, str(problem), 401)
    answer = make_response(redirect(_wanted(), 303))
    know_browser(answer, address)
    return answer


@blueprint.get("/session")
@staff_only
def session_stands() -> AnyResponse:
    """Whether the session still stands, for a page that has been open for long; and whether the
    token of its forms is of this session.
    """
    answer = make_response("", 204)
    try:
        validate_csrf(request.headers.get("X-CSRFToken"))
    except ValueError:
        answer.headers["X-Token"] = "old"
    return answer


@blueprint.post("/logout")
def log_out() -> AnyResponse:
    """Sign out."""
    end_session()
    return redirect(url_for("desk.login"), 303)


def _login_page(address: str = "", problem: str = "", status: int = 200) -> Response:
    page = render_template(
        "desk/login.html",
        address=address,
        problem_text=problem,
        next=own_path(_next()) or "",
        is_set="set" in request.args,
    )
    return make_response(page, status)


def _wanted() -> str:
    return own_path(_next()) or url_for("desk.queue")


def _next() -> str | None:
    return request.values.get("next")

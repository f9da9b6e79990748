"""One's own account: name, password, and the browsers that one is signed in with."""

from __future__ import annotations

from flask import abort, flash, redirect, request, url_for
from werkzeug.wrappers import Response

from helpdesk.actions.browser_sessions import LASTS, end_own_session, end_own_sessions
from helpdesk.actions.own_account import change_own_password, check_own_password, rename_myself
from helpdesk.actions.sign_in import note_refusal
from helpdesk.errors import InvalidInput, NotFound
from helpdesk.models import Person
from helpdesk.passwords import SHORTEST
from helpdesk.queries.browser_sessions import own_sessions
from helpdesk.text import bounded_int
from web import limits
from web.desk.blueprint import blueprint, desk_page
from web.options import forget_options
from web.sign_in import forget_session, keep_session, signed_in, staff_only, visit
from web.store import now, read_session, transaction


@blueprint.get("/account")
@staff_only
def account() -> Response:
    """One's own account."""
    return _page()


@blueprint.post("/account/name")
@staff_only
def change_name() -> Response:
    """Take another name."""
    try:
        with transaction() as session:
            rename_myself(session, signed_in().actor, request.form.get("name", ""), now=now())
    except InvalidInput as problem:
        return _page(problem, 422)
    forget_options()
    return _done("Your name is changed.")


@blueprint.post("/account/password")
@staff_only
@limits.own_password
def change_password() -> Response:
    """Set a new password; every other session ends."""
    actor, form = signed_in().actor, request.form
    try:
        generation = check_own_password(read_session(), actor, form.get("current_password", ""))
        if form.get("password", "") != form.get("password_again", ""):
            raise InvalidInput("password_again", "The new password was typed in two ways.")
        with transaction() as session:
            key = change_own_password(
                session, actor, form.get("password", ""), generation, visit(), now=now()
            )
    except InvalidInput as problem:
        if problem.field == "current_password":
            with transaction() as session:
                note_refusal(session, signed_in().person.address, visit(), now=now())
        return _page(problem, 422)
    keep_session(key)
    return _done("Your password is changed. You are signed out everywhere else.")


@blueprint.post("/account/sessions")
@staff_only
def end_sessions() -> Response:
    """End one of one's sessions, or all of them."""
    actor, chosen = signed_in().actor, request.form.get("end", "")
    if chosen == "all":
        with transaction() as session:
            end_own_sessions(session, actor, now=now())
        forget_session()
        return redirect(url_for("desk.login"), 303)
    session_id = bounded_int(chosen, most=2**63 - 1)
    if session_id is None:
        abort(400)
    try:
        with transaction() as session:
            end_own_session(session, actor, session_id, now=now())
    except NotFound as problem:
        return _done(str(problem))
    if session_id == signed_in().session_id:
        forget_session()
        return redirect(url_for("desk.login"), 303)
    return _done("That browser is signed out.")


def _done(said: str) -> Response:
    flash(said)
    return redirect(url_for("desk.account"), 303)


def _page(problem: InvalidInput | None = None, status: int = 200) -> Response:
    me, session = signed_in(), read_session()
    person = session.get_one(Person, me.person.id)
    return desk_page(
        "desk/account.html",
        status,
        errors={problem.field: problem.message} if problem else {},
        own_name=request.form.get("name", person.name),
        addresses=tuple(one.address for one in person.addresses),
        sessions=own_sessions(session, me.actor, me.session_id, since=now() - LASTS),
        shortest=SHORTEST,
    )

"""A forgotten password: asking for a link, and setting a new password by it."""

from __future__ import annotations

from flask import make_response, redirect, render_template, request, url_for
from flask.wrappers import Response
from werkzeug.wrappers import Response as AnyResponse

from helpdesk.actions.forgotten_password import ask_for_password, set_forgotten_password
from helpdesk.actions.mailed_links import look_at_link
from helpdesk.errors import InvalidInput, NotFound
from helpdesk.models import LinkPurpose
from helpdesk.passwords import SHORTEST
from web import limits
from web.desk.blueprint import blueprint
from web.guesses import know_browser
from web.sign_in import forget_session
from web.store import now, read_session, transaction


@blueprint.get("/forgot")
def forgot() -> Response:
    """Where to ask for a link."""
    return _asking()


@blueprint.post("/forgot")
@limits.form_comes_back(lambda words: _asking(request.form.get("email", ""), words))
@limits.mailed_links
def ask_for_password_link() -> Response:
    """Have a link mailed. The answer is the same, and as fast, whoever the address belongs to."""
    address = request.form.get("email", "")
    try:
        with transaction() as session:
            ask_for_password(session, address, now=now())
    except InvalidInput as problem:
        return _asking(address, problem.message)
    return _page("desk/forgot_sent.html")


@blueprint.get("/password/<token>")
def new_password(token: str) -> Response:
    """The form for the new password: programs that open links in mails use nothing up."""
    address = _address_of(token)
    return _form(token, address) if address else _spent()


@blueprint.post("/password/<token>")
@limits.links_followed
def set_new_password(token: str) -> AnyResponse:
    """Set the password, once; then it is used to sign in."""
    form, address = request.form, _address_of(token)
    if not address:
        return _spent()
    if form.get("password", "") != form.get("password_again", ""):
        return _form(token, address, "The two are not the same.")
    try:
        with transaction() as session:
            set_forgotten_password(session, token, form.get("password", ""), now=now())
    except NotFound:
        return _spent()
    except InvalidInput as problem:
        return _form(token, address, problem.message)
    forget_session()
    answer = make_response(redirect(url_for("desk.login", set=1), 303))
    know_browser(answer, address)  # whoever reads the account's mail pays for no guesses of others
    return answer


def _address_of(token: str) -> str:
    """Where the link was mailed to; empty where it does not work (any more)."""
    found = look_at_link(read_session(), token, now=now())
    if found is None or not found.is_good or found.purpose != LinkPurpose.SET_PASSWORD:
        return ""
    return found.address


def _asking(address: str = "", problem: str = "") -> Response:
    status = 422 if problem else 200
    return _page("desk/forgot.html", status, address=address, problem_text=problem)


def _form(token: str, address: str, problem: str = "") -> Response:
    return _page(
        "desk/new_password.html",
        422 if problem else 200,
        token=token,
        address=address,
        problem_text=problem,
        shortest=SHORTEST,
    )


def _spent() -> Response:
    return _page("desk/password_link_spent.html", 404)


def _page(template: str, status: int = 200, **values: object) -> Response:
    answer = make_response(render_template(template, **values), status)
    # The address of such a page is a key.
    answer.headers["Referrer-Policy"] = "no-referrer"
    return answer

"""Who is signed in.

The cookie holds the key of a session that stands in the database: it ends there, whatever copies
of the cookie there are. A changed password, a deactivated person or another role counts from the
next request on.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import wraps
from typing import ParamSpec, TypeVar, cast

import structlog
from flask import Flask, abort, g, redirect, request, session, url_for
from flask.wrappers import Response as FlaskResponse
from flask_login import LoginManager, current_user, logout_user
from sqlalchemy.exc import OperationalError
from werkzeug.wrappers import Response

from helpdesk.actions import browser_sessions
from helpdesk.actions.browser_sessions import LASTS, NOTED_EVERY, Visit, hashed_key, note_seen
from helpdesk.actor import Actor
from helpdesk.models import Person
from helpdesk.queries.browser_sessions import session_owner
from helpdesk.queries.people import PersonView
from web.browsers import browser_words, network_words
from web.store import now, read_session, store, transaction

P = ParamSpec("P")
R = TypeVar("R")
log = structlog.get_logger("web.sign_in")


@dataclass(frozen=True)
class SignedIn:
    """The person whose session this is, as Flask-Login asks for them."""

    person: PersonView
    session_id: int
    key: str
    is_authenticated = True
    is_active = True
    is_anonymous = False

    def get_id(self) -> str:
        return self.key

    @property
    def actor(self) -> Actor:
        return self.person.actor


def init_app(app: Flask) -> None:
    """Have the signed-in person loaded when a view or page first asks."""
    manager = LoginManager()
    manager.session_protection = None
    manager.user_loader(_load)
    manager.unauthorized_handler(_ask_to_sign_in)
    # Not in every template: an error page must come out with the database down.
    manager.init_app(app, add_context_processor=False)
    app.after_request(_note_seen)


def visit() -> Visit:
    """With what browser, and from where, this request comes."""
    return Visit(browser_words(request.user_agent.string), network_words(request.remote_addr))


def begin_session(person: Person, *, lasting: bool = True) -> None:
    """Sign a person in, in a session that shares nothing with the one before.

    :param lasting: for two weeks; else until the browser is closed.
    :raises NotAllowed: they were deactivated, or got another password, just now.
    """
    with transaction() as database:
        key = browser_sessions.begin_session(
            database, person.id, person.session_generation, visit(), now=now()
        )
    session.clear()
    session.permanent = lasting
    _keep(key)
    note_signed_in(person)


def note_signed_in(person: Person) -> None:
    """One line in the log for each sign-in: by the form and the API's tokens alike."""
    log.info("signed_in", person=person.id, role=str(person.role), route=request.endpoint)


def note_not_signed_in(reason: str) -> None:
    """One line in the log for each refusal, with nothing of what was typed."""
    log.info("sign_in_refused", reason=reason, route=request.endpoint)


def keep_session(key: str) -> None:
    """Go on in a session that an action began in the place of this one."""
    lasting = session.permanent
    session.clear()
    session.permanent = lasting
    _keep(key)


def end_session() -> None:
    """Sign out, on the server too, and forget all that the session knew."""
    if current_user.is_authenticated:
        with transaction() as database:
            browser_sessions.end_session(database, signed_in().session_id, now=now())
    forget_session()


def forget_session() -> None:
    """Forget all that the cookie knew; its session has ended."""
    logout_user()
    session.clear()


def signed_in() -> SignedIn:
    """Who is signed in; only in views for staff."""
    return cast(SignedIn, current_user._get_current_object())


def staff_only(view: Callable[P, R]) -> Callable[P, R | Response]:
    """A view for staff: others are asked to sign in; a signed-in customer finds no such page."""

    @wraps(view)
    def checked(*args: P.args, **kwargs: P.kwargs) -> R | Response:
        if not current_user.is_authenticated:
            return _ask_to_sign_in()
        if not signed_in().actor.is_staff:
            abort(404)
        return view(*args, **kwargs)

    return checked


def admin_only(view: Callable[P, R]) -> Callable[P, R | Response]:
    """A view for admins: for everybody else who is signed in there is no such page."""

    @wraps(view)
    def checked(*args: P.args, **kwargs: P.kwargs) -> R | Response:
        if not current_user.is_authenticated:
            return _ask_to_sign_in()
        if not signed_in().actor.is_admin:
            abort(404)
        return view(*args, **kwargs)

    return checked


def _keep(key: str) -> None:
    session["_user_id"], session["_fresh"] = key, True


def _load(key: str) -> SignedIn | None:
    owner = session_owner(read_session(), hashed_key(key), since=now() - LASTS)
    if owner is None:
        return None
    g.seen_session, g.seen_session_at = owner.session_id, owner.seen_at
    return SignedIn(owner.person, owner.session_id, key)


def _note_seen(response: FlaskResponse) -> FlaskResponse:
    """Note that the session is in use, once the answer is out: nobody waits for it."""
    session_id, moment, database = g.get("seen_session"), now(), store().database
    if session_id is not None and g.seen_session_at <= moment - NOTED_EVERY:

        @response.call_on_close
        def note() -> None:
            with suppress(OperationalError), database.transaction() as session:
                note_seen(session, session_id, now=moment)

    return response


def _ask_to_sign_in() -> Response:
    answer = redirect(url_for("desk.login", next=_here()), 303)
    if "HX-Request" in request.headers:
        # A page that was open while the session ended asks for the password itself: what is being
        # written on it must not go.
        answer = Response(status=204)
        answer.headers["HX-Trigger"] = "postdesk:signed-out"
    return answer


def _here() -> str | None:
    if request.method != "GET" or request.path == url_for("desk.queue"):
        return None
    return request.full_path.rstrip("?")

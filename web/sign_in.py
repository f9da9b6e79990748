"""Who is signed in.

The session holds the person's id and generation, so a changed password, a deactivated person or
another role counts from the next request on.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import ParamSpec, TypeVar, cast

from flask import Flask, abort, redirect, request, session, url_for
from flask_login import LoginManager, current_user, login_user, logout_user
from werkzeug.wrappers import Response

from helpdesk.actor import Actor
from helpdesk.models import Person
from helpdesk.queries.people import PersonView, active_person, view_person
from helpdesk.tickets.access import id_written
from web.store import read_session

P = ParamSpec("P")
R = TypeVar("R")


@dataclass(frozen=True)
class SignedIn:
    """The person whose session this is, as Flask-Login asks for them."""

    person: PersonView
    generation: int
    is_authenticated = True
    is_active = True
    is_anonymous = False

    def get_id(self) -> str:
        return f"{self.person.id}.{self.generation}"

    @property
    def actor(self) -> Actor:
        return Actor(self.person.id, self.person.role)


def init_app(app: Flask) -> None:
    """Have the signed-in person loaded when a view or page first asks."""
    manager = LoginManager()
    manager.session_protection = None
    manager.user_loader(_load)
    manager.unauthorized_handler(_ask_to_sign_in)
    # Not in every template: an error page must come out with the database down.
    manager.init_app(app, add_context_processor=False)


def begin_session(person: Person, *, lasting: bool = True) -> None:
    """Sign a person in, in a session that shares nothing with the one before.

    :param lasting: for two weeks; else until the browser is closed.
    """
    session.clear()
    session.permanent = lasting
    login_user(SignedIn(view_person(person), person.session_generation))


def end_session() -> None:
    """Sign out, and forget all that the session knew."""
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


def _load(key: str) -> SignedIn | None:
    person_id, _, generation = key.partition(".")
    found = active_person(read_session(), id_written(person_id))
    if found is None or str(found[1]) != generation:
        return None
    return SignedIn(*found)


def _ask_to_sign_in() -> Response:
    answer = redirect(url_for("desk.login", next=_here()), 303)
    if "HX-Request" in request.headers:
        # A page that was open while the session ended: the whole page goes to sign in.
        answer = Response(status=204)
        answer.headers["HX-Redirect"] = url_for("desk.login")
    return answer


def _here() -> str | None:
    if request.method != "GET" or request.path == url_for("desk.queue"):
        return None
    return request.full_path.rstrip("?")

"""Who looks at a customer's page: somebody signed in by a mailed link, or nobody we know."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from flask import redirect, request, session, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from helpdesk.vocabulary import Role
from web.security import own_path
from web.sign_in import SignedIn, signed_in

P = ParamSpec("P")
R = TypeVar("R")

_WANTED = "wanted"


def customer() -> SignedIn | None:
    """The customer who is signed in, if one is. Staff at the desk are nobody here."""
    if not current_user.is_authenticated or signed_in().actor.role != Role.CUSTOMER:
        return None
    return signed_in()


def person_id() -> int | None:
    """The id of the customer who is signed in."""
    known = customer()
    return known.person.id if known else None


def wanted_page() -> str | None:
    """The page that led to signing in, in this browser; ask before a new session begins."""
    return own_path(session.get(_WANTED))


def customers_only(view: Callable[P, R]) -> Callable[P, R | Response]:
    """A view for a signed-in customer: others are asked to sign in."""

    @wraps(view)
    def checked(*args: P.args, **kwargs: P.kwargs) -> R | Response:
        if customer() is None:
            if request.method == "GET":
                session[_WANTED] = request.full_path.rstrip("?")
            return redirect(url_for("portal.sign_in"), 303)
        return view(*args, **kwargs)

    return checked

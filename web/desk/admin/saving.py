"""Saving one of a list of things, each of which has its form on the list's page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from flask import flash, redirect, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from helpdesk.errors import ChangedMeanwhile, InvalidInput
from web.options import forget_options
from web.store import transaction


class ListPage(Protocol):
    """The page with the form as it was sent, and what kept it from being saved."""

    def __call__(
        self,
        status: int,
        *,
        problem: InvalidInput | None = None,
        meanwhile: ChangedMeanwhile | None = None,
    ) -> Response: ...


def saved(change: Callable[[Session], str], back: str, page: ListPage) -> Response:
    """Change something in a transaction, and lead to its list.

    :param change: returns what is said then.
    :param back: the list's endpoint.
    :param page: shown where it cannot be saved.
    """
    try:
        with transaction() as session:
            said = change(session)
    except InvalidInput as problem:
        return page(422, problem=problem)
    except ChangedMeanwhile as changed:
        return page(409, meanwhile=changed)
    forget_options()
    flash(said)
    return redirect(url_for(back), 303)

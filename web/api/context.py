"""What the views stand on: the database, the stored files, the settings, and the moment."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Protocol, TypeVar

from flask import current_app
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from helpdesk.blobs import Blobs
from helpdesk.db import Database
from helpdesk.settings import Settings

Result = TypeVar("Result")
_TRIES = 3


class Store(Protocol):
    """What the application holds for its views, under ``extensions["postdesk"]``."""

    settings: Settings
    database: Database
    blobs: Blobs
    clock: Callable[[], datetime]


def store() -> Store:
    """The store of the application that serves this request."""
    found: Store = current_app.extensions["postdesk"]
    return found


def now() -> datetime:
    """The moment, as views hand it to the actions."""
    return store().clock()


def in_transaction(work: Callable[[Session], Result]) -> Result:
    """Do ``work`` in a transaction of its own.

    Two requests at once may both find that a row is not there yet (a new address, an order, an
    idempotency key) and both make it. The database lets one of them; the other begins again, and
    then finds it.
    """
    for tries_left in reversed(range(_TRIES)):
        try:
            with store().database.transaction() as session:
                return work(session)
        except IntegrityError:
            if not tries_left:
                raise
    raise AssertionError("unreachable: the last try returns or raises")

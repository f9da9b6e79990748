"""Changing something, in one transaction of its own."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from web.store import store

Result = TypeVar("Result")
_TRIES = 3


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

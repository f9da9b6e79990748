"""What a piece of work asks the database, statement by statement."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event

from helpdesk.db import Database


@contextmanager
def asked_of(database: Database) -> Iterator[list[str]]:
    """The statements that are run within the block, less those that begin and end transactions."""
    statements: list[str] = []

    def listen(*arguments: Any) -> None:
        if not arguments[2].startswith("BEGIN"):
            statements.append(arguments[2])

    event.listen(database.engine, "before_cursor_execute", listen)
    try:
        yield statements
    finally:
        event.remove(database.engine, "before_cursor_execute", listen)

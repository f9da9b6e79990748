"""How a database means to answer what it is asked."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event

from helpdesk.db import Database


@contextmanager
def plans_of(database: Database) -> Iterator[list[str]]:
    """The plan of each ``SELECT`` that is asked meanwhile, in order."""
    plans: list[str] = []

    def explain(*args: Any) -> None:
        connection, statement, parameters = args[0], args[2], args[3]
        if statement.startswith("SELECT"):
            how = "EXPLAIN QUERY PLAN " if database.is_sqlite else "EXPLAIN "
            cursor = connection.connection.cursor()
            cursor.execute(how + statement, parameters)
            plans.append("\n".join(str(row) for row in cursor.fetchall()))

    event.listen(database.engine, "before_cursor_execute", explain)
    try:
        yield plans
    finally:
        event.remove(database.engine, "before_cursor_execute", explain)


def reads_whole(table: str, plan: str) -> bool:
    """Whether a plan looks at each row of a table; walking an index with a few of them does not."""
    return bool(re.search(rf"Seq Scan on {table}\b|SCAN {table}\b(?! USING)", plan))

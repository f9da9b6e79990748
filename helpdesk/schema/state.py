"""Whether this code works on a schema: on its own, on one that lags behind, on one that is ahead.

A schema that is ahead says which code it needs at least (``least_code`` of the migrations that
contract); code of before that does not start on it. Decision 47.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, text

from helpdesk.db import Database
from helpdesk.schema.revisions import (
    Folders,
    least_code_at,
    names,
    newest,
    newest_needed,
    revisions,
)

_LEAST = "schema_least_code"
"""Its name among the facts of the installation."""
_HAS_FACTS = "0022"
"""The migration from which on there are facts."""


class Fit(StrEnum):
    """How a schema suits this code."""

    FITS = "fits"
    TOO_OLD = "too_old"
    TOO_NEW = "too_new"


@dataclass(frozen=True)
class SchemaState:
    """What a database's schema is, beside what this code knows."""

    revision: str
    """Empty: there is none yet."""
    fit: Fit
    least_code: str = ""
    """What it needs at least, where it is ahead of this code."""
    waits: tuple[str, ...] = ()
    """The migrations that this code has, and the schema has not yet."""

    @property
    def words(self) -> str:
        """What is to be said of it: a sentence without its stop."""
        if self.fit is Fit.TOO_NEW:
            return (
                f"the database's schema ({self.revision}) needs a newer Postdesk than this one "
                f"(of {self.least_code} or later; this is {newest()})"
            )
        if self.fit is Fit.TOO_OLD:
            has = f"is at {self.revision}" if self.revision else "is not there yet"
            return f"the database's schema {has}, and this Postdesk needs {newest_needed()}"
        if self.waits:
            return f"the database's schema works; {', '.join(self.waits)} is still to be done"
        if self.revision != newest():
            return f"the database's schema ({self.revision}) is ahead of this Postdesk, and works"
        return "the database's schema is current"


def current_revision(connection: Connection) -> str:
    """Return the revision that a schema is at; empty where there is none."""
    return MigrationContext.configure(connection).get_current_revision() or ""


def state_of(connection: Connection) -> SchemaState:
    """Compare the schema with this code."""
    revision, known = current_revision(connection), names()
    if revision in known:
        at = known.index(revision)
        fits = at >= known.index(newest_needed())
        waits = tuple(known[at + 1 :])
        return SchemaState(revision, Fit.FITS if fits else Fit.TOO_OLD, waits=waits)
    if not revision:
        return SchemaState("", Fit.TOO_OLD, waits=tuple(known))
    least = connection.scalar(
        text("SELECT value FROM installation WHERE name = :name"), {"name": _LEAST}
    )
    fits = least is None or least in known
    return SchemaState(revision, Fit.FITS if fits else Fit.TOO_NEW, least or "")


def schema_state(database: Database) -> SchemaState:
    """Compare a database's schema with this code."""
    with database.reading() as session:
        return state_of(session.connection())


def fits(database: Database) -> bool:
    """Whether this code works on the database's schema."""
    return schema_state(database).fit is Fit.FITS


def is_current(database: Database) -> bool:
    """Whether the schema is the newest that this code knows."""
    with database.reading() as session:
        return current_revision(session.connection()) == newest()


def note_least_code(connection: Connection, revision: str, also: Folders = ()) -> None:
    """Have a schema that is brought to a revision say which code it needs at least."""
    known = names(also)
    if revision not in known or known.index(revision) < known.index(_HAS_FACTS):
        return
    set_least_code(connection, least_code_at(revision, also))


def set_least_code(connection: Connection, least: str) -> None:
    """Have the schema say that it needs this code at least; empty: any."""
    connection.execute(text("DELETE FROM installation WHERE name = :name"), {"name": _LEAST})
    if least:
        statement = text("INSERT INTO installation (name, value) VALUES (:name, :value)")
        connection.execute(statement, {"name": _LEAST, "value": least})


def any_contracts(steps: Iterable[str], also: Folders = ()) -> bool:
    """Whether one of these migrations is not for all the code that there is."""
    contracting = {one.name for one in revisions(also) if one.least_code}
    return not contracting.isdisjoint(steps)

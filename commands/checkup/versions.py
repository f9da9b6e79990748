"""Whether the parts on all machines are of the version that this command is of."""

from __future__ import annotations

from importlib.metadata import version

from sqlalchemy.exc import SQLAlchemyError

from commands.checkup.findings import Finding, ok, warn
from helpdesk import schema
from helpdesk.db import Database
from helpdesk.queries.gateways import of_other_versions, running_parts

NAME = "versions"


def versions(database: Database) -> Finding | None:
    """Name the parts of other versions. With SQLite none tells its version: None."""
    if database.is_sqlite:
        return None
    try:
        with database.reading() as session:
            parts = [one for one in running_parts(session) if one.lives]
    except SQLAlchemyError:
        return warn(NAME, "cannot be checked just now", "mend what is named above first")
    own = version("postdesk")
    others = of_other_versions(parts, own, schema.newest())
    if others:
        named = ", ".join(f"{one.part} on {one.machine} ({one.release})" for one in others)
        return warn(
            NAME,
            f"of another version than this command, {own} (schema {schema.newest()}): {named}",
            "upgrade what is older, then run `postdesk migrate` once more",
        )
    return ok(NAME, f"all {len(parts)} parts that run are of this one") if parts else None

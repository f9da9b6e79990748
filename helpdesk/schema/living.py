"""The parts of Postdesk that live just now, as far as a migration has to know of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, inspect, text

from helpdesk.db import Database

SILENT_AFTER = 12
"""Seconds after which a part that said nothing has ended (as in helpdesk.queries.gateways)."""


@dataclass(frozen=True)
class LivingPart:
    """A part that runs on some machine."""

    machine: str
    part: str
    knows: str
    """The newest migration of its code; empty where it is older than that is told."""


Living = Callable[[], Sequence[LivingPart]]


def living_parts(database: Database) -> list[LivingPart]:
    """Return the parts that said lately that they work.

    With SQLite none says so: there whoever migrates knows whether something runs.
    """
    if database.is_sqlite:
        return []
    with database.reading() as session:
        return _told(session.connection())


def _told(connection: Connection) -> list[LivingPart]:
    # By hand, and not by the models: the table may be as any version before left it.
    inspector = inspect(connection)
    if not inspector.has_table("running_part"):
        return []
    told = {column["name"] for column in inspector.get_columns("running_part")}
    knows = "knows" if "knows" in told else "''"
    statement = text(
        f"SELECT machine, part, {knows} FROM running_part"  # noqa: S608
        f" WHERE seen_at > clock_timestamp() - interval '{SILENT_AFTER} seconds'"
        " ORDER BY machine, part"
    )
    return [LivingPart(*row) for row in connection.execute(statement)]

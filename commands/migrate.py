"""``postdesk migrate``: bring the database's schema up to date, or to a revision."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from commands.asking import ask_first
from commands.environment import load_settings, plain_errors

if TYPE_CHECKING:
    from helpdesk.db import Database
    from helpdesk.schema import Move
    from helpdesk.settings import Settings


@click.command("migrate")
@click.option("--to", "revision", metavar="REVISION", default="head", help="Or “base”: nothing.")
@click.option("--dry-run", is_flag=True, help="Only say what would be done.")
@click.option("--yes", is_flag=True, help="Step down without asking.")
def migrate_command(revision: str, dry_run: bool, yes: bool) -> None:
    """Bring the database's schema up to date, or to a revision. Does nothing where it is.

    Parts may run meanwhile. What the version before could not work with waits until no part of it
    runs: then run this once more. A step down says what it drops, and asks. Stop the parts before,
    and start those of the older version after.
    """
    from helpdesk import db, schema

    settings = load_settings()
    database = db.connect(settings)
    with plain_errors():
        state = schema.schema_state(database)
        if revision == "head" and state.revision and not schema.is_known(state.revision):
            schema.migrate(database, say=_say)  # it is ahead: that is well, or refused
            return
        move = schema.look_ahead(database, revision)
        if not move.steps:
            click.echo("The database was up to date." if revision == "head" else "It is there.")
            return
        if dry_run or move.is_down:
            _tell(move)
        if dry_run:
            return
        if move.is_down:
            ask_first("Go on?", yes=yes)
            schema.downgrade(database, move.end or "base")
        else:
            _migrate(settings, database, move)
        reached = schema.schema_state(database).revision
    if reached != move.end and revision != "head":
        raise click.ClickException(f"The database is at {_name(reached)}.")
    is_done = revision == "head" and reached == move.end
    at = f"The database is at {_name(reached)}."
    click.echo("The database is up to date now." if is_done else at)


def _migrate(settings: Settings, database: Database, move: Move) -> None:
    from helpdesk import heartbeat, schema

    def here() -> list[schema.LivingPart]:
        """With SQLite all parts are on this machine, whose folder tells; not of which version."""
        parts = (part for part in heartbeat.PARTS if heartbeat.is_alive(settings, part))
        return [schema.LivingPart("this machine", part, "") for part in parts]

    schema.migrate(database, move.end, say=_say, living=here if settings.is_sqlite else None)


def _say(line: str) -> None:
    """What goes on, beside what comes out."""
    click.echo(line, err=True)


def _tell(move: Move) -> None:
    way = "down" if move.is_down else "up"
    click.echo(f"From {_name(move.begin)} {way} to {_name(move.end)}: {', '.join(move.steps)}.")
    for table, rows in move.tables:
        click.echo(f"  drops the table {table} ({rows:,} rows)")
    for column in move.columns:
        click.echo(f"  drops the column {column}")


def _name(revision: str) -> str:
    return revision or "base"

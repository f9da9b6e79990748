"""``postdesk migrate``: bring the database's schema up to date, or to a revision."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from commands.asking import ask_first
from commands.environment import load_settings, plain_errors

if TYPE_CHECKING:
    from helpdesk.schema import Move


@click.command("migrate")
@click.option("--to", "revision", metavar="REVISION", default="head", help="Or “base”: nothing.")
@click.option("--dry-run", is_flag=True, help="Only say what would be done.")
@click.option("--yes", is_flag=True, help="Step down without asking.")
def migrate_command(revision: str, dry_run: bool, yes: bool) -> None:
    """Bring the database's schema up to date, or to a revision. Does nothing where it is.

    A step down says what it drops, and asks. Stop the parts before, and start those of the older
    version after.
    """
    from helpdesk import db, schema

    database = db.connect(load_settings())
    with plain_errors():
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
            schema.migrate(database, move.end)
    done = revision == "head"
    click.echo(
        "The database is up to date now." if done else f"The database is at {_name(move.end)}."
    )


def _tell(move: Move) -> None:
    way = "down" if move.is_down else "up"
    click.echo(f"From {_name(move.begin)} {way} to {_name(move.end)}: {', '.join(move.steps)}.")
    for table, rows in move.tables:
        click.echo(f"  drops the table {table} ({rows:,} rows)")
    for column in move.columns:
        click.echo(f"  drops the column {column}")


def _name(revision: str) -> str:
    return revision or "base"

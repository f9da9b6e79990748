"""``postdesk migrate``: bring the database's schema up to date."""

from __future__ import annotations

import click

from commands.environment import load_settings, plain_errors


@click.command("migrate")
def migrate_command() -> None:
    """Bring the database's schema up to date. Does nothing where it is."""
    from helpdesk import db, schema

    database = db.connect(load_settings())
    with plain_errors():
        changed = schema.migrate(database)
    click.echo("The database is up to date now." if changed else "The database was up to date.")

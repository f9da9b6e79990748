"""``postdesk shell``: a Python shell with the database open."""

from __future__ import annotations

import code

import click

from commands.environment import load_settings


@click.command("shell")
def shell_command() -> None:
    """A Python shell: `database` is open, `models` are the nouns.

    Nothing is kept unless you use `with database.transaction() as session:`.
    """
    from helpdesk import actions, db, models, queries

    database = db.connect(load_settings())
    names = {"database": database, "models": models, "actions": actions, "queries": queries}
    code.interact(banner="database, models, actions, queries", local=names, exitmsg="")

"""``postdesk token``: tokens for programs that use the API."""

from __future__ import annotations

import click

from commands.environment import load_settings, now, plain_errors


@click.group("token")
def token_group() -> None:
    """Tokens for programs that use the API."""


@token_group.command("issue")
@click.argument("email")
def issue_token_command(email: str) -> None:
    """Print a new API token of the person with this EMAIL.

    It is shown this once: only its hash is kept. Whoever has it acts as that person.
    """
    from helpdesk import db
    from helpdesk.actions.sign_in import issue_token
    from helpdesk.actor import SYSTEM

    database = db.connect(load_settings())
    with plain_errors(), database.transaction() as session:
        token = issue_token(session, SYSTEM, email, now())
    # Alone on its line, so that a script can take it as it is.
    click.echo(token)

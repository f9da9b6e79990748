"""``postdesk token``: tokens for programs that use the API."""

from __future__ import annotations

import json
from dataclasses import asdict

import click

from commands.environment import load_settings, now, plain_errors
from commands.operator import operator


@click.group("token")
def token_group() -> None:
    """Tokens for programs that use the API."""


@token_group.command("issue")
@click.argument("email")
@click.option("--scope", "scopes", multiple=True, metavar="NAME",
              help="What it may be used for; may be given several times. One of read, write, "
              "orders, mail, metrics. Without it: read, write and orders.")  # fmt: skip
@click.option("--label", default="", help="What it is for, shown in the list of tokens.")
def issue_token_command(email: str, scopes: tuple[str, ...], label: str) -> None:
    """Print a new API token of the person with this EMAIL.

    It is shown this once: only its hash is kept. Whoever has it acts as that person, within the
    scopes.
    """
    from helpdesk import db
    from helpdesk.actions.api_tokens import issue_token
    from helpdesk.vocabulary import USUAL_SCOPES

    database = db.connect(load_settings())
    with plain_errors(), database.transaction() as session:
        token = issue_token(
            session, operator(), email, now(), scopes=scopes or USUAL_SCOPES, label=label
        )
    # Alone on its line, so that a script can take it as it is.
    click.echo(token)


@token_group.command("list")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
def list_tokens_command(as_json: bool) -> None:
    """Show every token: whose, what for, and whether it still holds (never the token itself)."""
    from helpdesk import db
    from helpdesk.queries.api_tokens import api_tokens

    database = db.connect(load_settings())
    with plain_errors(), database.reading() as session:
        tokens = api_tokens(session, operator())
    for token in tokens:
        row = asdict(token) | {"person": token.person.address}
        if as_json:
            click.echo(json.dumps(row, default=lambda moment: moment.isoformat()))
            continue
        used = f"used {token.last_used_at:%Y-%m-%d}" if token.last_used_at else "never used"
        state = f"revoked {token.revoked_at:%Y-%m-%d}" if token.revoked_at else used
        words = (token.person.address, ",".join(token.scopes), f"{token.created_at:%Y-%m-%d}")
        click.echo("  ".join((f"{token.id:>4}", *words, state, token.label)).rstrip())


@token_group.command("revoke")
@click.argument("token_id", type=int, metavar="ID")
def revoke_token_command(token_id: int) -> None:
    """End the token with this ID (see `postdesk token list`) at once."""
    from helpdesk import db
    from helpdesk.actions.api_tokens import revoke_token

    database = db.connect(load_settings())
    with plain_errors(), database.transaction() as session:
        revoke_token(session, operator(), token_id, now=now())
    click.echo(f"Token {token_id} is revoked.")

"""``postdesk ledger``: where every accepted mail is."""

from __future__ import annotations

import json
from dataclasses import asdict

import click

from commands.environment import load_settings, plain_errors


@click.command("ledger")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def ledger_command(as_json: bool) -> None:
    """Show where every accepted mail is: accepted = waiting + filed + held + set aside.

    Exits with 1 where that does not balance.
    """
    from helpdesk import db
    from helpdesk.queries.ledger import current_ledger, quarantined_mails

    settings = load_settings()
    database = db.connect(settings)
    with plain_errors():
        try:
            counts = current_ledger(settings.spool_dir, database)
        except OSError as problem:
            raise click.ClickException(
                f"The spool in {settings.spool_dir} cannot be read ({problem.strerror})."
            ) from None
        with database.reading() as session:
            held = quarantined_mails(session)
    if as_json:
        click.echo(json.dumps({**asdict(counts), "difference": counts.difference}))
    else:
        for name, count in asdict(counts).items():
            click.echo(f"{name.replace('_', ' '):>10}  {count:>9,}")
        click.echo(f"{'difference':>10}  {counts.difference:>9,}")
        for mail in held:
            when = f"{mail.received_at:%Y-%m-%d %H:%M} UTC"
            click.echo(f"held {mail.id}: {when}, {mail.size:,} bytes: {mail.reason}")
    if counts.difference:
        raise SystemExit(1)

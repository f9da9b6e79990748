"""``postdesk ledger``: where every accepted mail is."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from commands.environment import load_settings, plain_errors
from commands.operator import operator

if TYPE_CHECKING:
    from helpdesk.queries.ledger import Ledger


@click.group("ledger", invoke_without_command=True)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.pass_context
def ledger_command(context: click.Context, as_json: bool) -> None:
    """Show where every accepted mail is: accepted = waiting + filed + held + set aside.

    Exits with 1 where that does not balance.
    """
    if context.invoked_subcommand is None:
        _show(as_json=as_json)


@ledger_command.command("verify-pack")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def verify_pack_command(file: Path) -> None:
    """Compare the dispute pack FILE, a zip file, with the ledger.

    Says in one line what is not as it was, and exits with 1 then.
    """
    from helpdesk import db
    from helpdesk.queries.pack_check import NoPack, check_pack

    database = db.connect(load_settings())
    with plain_errors(), database.reading() as session:
        try:
            checked = check_pack(session, file)
        except NoPack as problem:
            raise click.ClickException(f"{file} is no dispute pack: {problem}.") from None
        except OSError as problem:
            raise click.ClickException(f"{file} cannot be read ({problem.strerror}).") from None
    if checked.problems:
        first, *others = checked.problems
        more = f" ({len(others)} more like this)" if others else ""
        raise click.ClickException(f"{first}{more}")
    mails = "1 mail" if checked.mails == 1 else f"{checked.mails} mails"
    click.echo(f"{file} of {checked.ticket} is as it was taken: {mails}, as the ledger has them.")


def _show(*, as_json: bool) -> None:
    from helpdesk import db
    from helpdesk.queries.database_clock import database_time
    from helpdesk.queries.fetches import fetch_views
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
            fetched = fetch_views(session, operator(), database_time(session))
    numbers = {**asdict(counts), "difference": counts.difference}
    lists = {"elsewhere": numbers.pop("elsewhere"), "troubles": dict(numbers.pop("troubles"))}
    if as_json:
        click.echo(json.dumps(numbers | {name: found for name, found in lists.items() if found}))
    else:
        for name, count in numbers.items():
            click.echo(f"{name.replace('_', ' '):>10}  {count:>9,}")
        _say_gateways(counts)
        for view in fetched:
            doubt = f" + begun {view.counts.begun:,}" if view.counts.begun else ""
            click.echo(
                f"fetched for {view.address}: seen {view.counts.seen:,} = accepted "
                f"{view.counts.spooled:,} + left {view.counts.left:,}{doubt}"
            )
        for mail in held:
            when = f"{mail.received_at:%Y-%m-%d %H:%M} UTC"
            click.echo(f"held {mail.id}: {when}, {mail.size:,} bytes: {mail.reason}")
    if counts.difference:
        raise SystemExit(1)


def _say_gateways(counts: Ledger) -> None:
    for one in counts.elsewhere:
        wrong = f", difference {one.difference:,}" if one.difference else ""
        click.echo(
            f"of these at gateway {one.name}: accepted {one.accepted:,}, "
            f"waiting {one.waiting:,}{wrong}"
        )
    if counts.difference == 0 and not counts.is_even:
        click.echo("As many are there as were accepted, but not at each gateway.")
    for name, trouble in counts.troubles:
        click.echo(f"gateway {name}: {trouble}")

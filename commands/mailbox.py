"""``postdesk mailbox``: the addresses that Postdesk answers for."""

from __future__ import annotations

import click

from commands.environment import load_settings, now, plain_errors


@click.group("mailbox")
def mailbox_group() -> None:
    """The addresses that Postdesk answers for."""


@mailbox_group.command("add")
@click.argument("address")
@click.option("--name", default="", help="What customers see as the sender's name.")
@click.option(
    "--fed-through",
    multiple=True,
    metavar="ALIAS|LIST",
    help="An alias, or a list's name in List-Id, through which its mail comes. May be repeated.",
)
def add_mailbox_command(address: str, name: str, fed_through: tuple[str, ...]) -> None:
    """Take mail for ADDRESS (and ADDRESS with a plus-tag) from now on."""
    from helpdesk import db
    from helpdesk.actions.set_up import add_mailbox
    from helpdesk.actor import SYSTEM
    from helpdesk.queries.mailboxes import mailbox_addresses
    from mailgate.mailboxes import SNAPSHOT, renew_snapshot

    settings = load_settings()
    database = db.connect(settings)
    with plain_errors(), database.transaction() as session:
        mailbox = add_mailbox(
            session, SYSTEM, address, name=name, fed_through=fed_through, now=now()
        )
    with database.reading() as session:
        renew_snapshot(settings.spool_dir / SNAPSHOT, mailbox_addresses(session))
    click.echo(f"Postdesk answers for {mailbox.address} as “{mailbox.name}”.")

"""``postdesk mailbox``: the addresses that Postdesk answers for."""

from __future__ import annotations

from pathlib import Path

import click

from commands.environment import load_settings, now, plain_errors
from commands.operator import operator
from helpdesk.settings import Settings

_forwarded = click.option(
    "--forwarded/--not-forwarded",
    default=None,
    help="Whether its mail is forwarded: then what fails its check is filed, not held.",
)


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
@_forwarded
def add_mailbox_command(
    address: str, name: str, fed_through: tuple[str, ...], forwarded: bool | None
) -> None:
    """Take mail for ADDRESS (and ADDRESS with a plus-tag) from now on."""
    from helpdesk import db
    from helpdesk.actions.edit_mailbox import set_forwarded
    from helpdesk.actions.set_up import add_mailbox
    from helpdesk.queries.mailboxes import mailbox_addresses
    from mailgate.spool.mailbox_snapshot import SNAPSHOT, renew_snapshot

    settings = load_settings()
    database = db.connect(settings)
    with plain_errors(), database.transaction() as session:
        mailbox = add_mailbox(
            session, operator(), address, name=name, fed_through=fed_through, now=now()
        )
        if forwarded is not None:
            set_forwarded(session, operator(), mailbox.address, forwarded, now=now())
    with database.reading() as session:
        renew_snapshot(settings.spool_dir / SNAPSHOT, mailbox_addresses(session))
    click.echo(f"Postdesk answers for {mailbox.address} as “{mailbox.name}”.")


@mailbox_group.command("set")
@click.argument("address")
@click.option("--logo", metavar="FILE|none", help="A PNG, JPEG, GIF or WebP of at most 200 kB.")
@click.option(
    "--survey",
    metavar="MINUTES|never",
    help="How long after a ticket was resolved its customer is asked how it was.",
)
@_forwarded
def set_mailbox_command(
    address: str, logo: str | None, survey: str | None, forwarded: bool | None
) -> None:
    """Change what customers of the mailbox ADDRESS see and are asked, and how its mail comes."""
    from helpdesk import db
    from helpdesk.actions.edit_mailbox import set_forwarded
    from helpdesk.actions.set_branding import set_logo, set_survey

    if logo is None and survey is None and forwarded is None:
        raise click.UsageError("Say what to change: --logo, --survey or --forwarded.")
    settings = load_settings()
    key = _stored_logo(settings, Path(logo)) if logo and logo != "none" else ""
    minutes = _minutes(survey) if survey and survey != "never" else None
    with plain_errors(), db.connect(settings).transaction() as session:
        if logo is not None:
            set_logo(session, operator(), address, key, now=now())
        if survey is not None:
            set_survey(session, operator(), address, minutes, now=now())
        if forwarded is not None:
            set_forwarded(session, operator(), address, forwarded, now=now())
    click.echo(f"{address} is changed.")


def _minutes(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 7):
        raise click.UsageError("--survey is a number of minutes, or “never”.")
    return int(text)


def _stored_logo(settings: Settings, path: Path) -> str:
    from helpdesk.actions.set_branding import check_logo
    from helpdesk.blobs import Blobs
    from helpdesk.errors import InvalidInput

    try:
        content = path.read_bytes()
        check_logo(content)
    except OSError as problem:
        raise click.ClickException(f"{path}: {problem.strerror}") from None
    except InvalidInput as problem:
        raise click.ClickException(f"{path}: {problem.message}") from None
    return Blobs(settings.blob_url).put(content)

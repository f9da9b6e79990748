"""``postdesk mailbox``: the addresses that Postdesk answers for."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from commands.asking import ask_first
from commands.environment import load_settings, now, plain_errors
from commands.mailbox_fetch import fetch_command
from commands.mailbox_inbound import inbound_command
from commands.mailbox_relay import relay_command
from commands.operator import operator
from helpdesk.settings import Settings

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from helpdesk.queries.administration import MailboxRow

_WAITING = (
    "Servers that send to it get 450 and try again, most of them for up to five days; what they "
    "still hold then they return to its writer."
)


def _how_its_mail_comes(command: Callable[..., None]) -> Callable[..., None]:
    """The options that ``add`` and ``set`` share."""
    for option in (
        click.option(
            "--forwarded/--not-forwarded",
            default=None,
            help="Whether its mail is forwarded: then what fails its check is filed, not held.",
        ),
        click.option(
            "--form/--no-form",
            default=None,
            help="Whether customers may write to it by the form and the API.",
        ),
        click.option("--public/--hidden", default=None, help="Whether customers' pages name it."),
        click.option(
            "--no-receives",
            "no_receives",
            multiple=True,
            metavar="ADDRESS|LIST",
            help="One of these no more.",
        ),
        click.option(
            "--receives",
            "--fed-through",
            "receives",
            multiple=True,
            metavar="ADDRESS|LIST",
            help="A hidden address that brings its mail, or a list's name in List-Id. May be "
            "repeated. Answers leave from the mailbox's own address.",
        ),
        click.option("--name", default=None, help="What customers see as the sender's name."),
    ):
        command = option(command)
    return command


@click.group("mailbox")
def mailbox_group() -> None:
    """The addresses that Postdesk answers for. What is changed here stands in the desk's log."""


mailbox_group.add_command(fetch_command)
mailbox_group.add_command(relay_command)
mailbox_group.add_command(inbound_command)


@mailbox_group.command("add")
@click.argument("address")
@_how_its_mail_comes
def add_mailbox_command(address: str, name: str | None, **wanted: Any) -> None:
    """Take mail for ADDRESS (and ADDRESS with a plus-tag) from now on.

    A mailbox that was removed comes back by it, with its tickets.
    """
    from helpdesk.actions.set_up import add_mailbox

    def add(session: Session) -> str:
        mailbox = add_mailbox(session, operator(), address, name=name or "", now=now())
        _set_how_its_mail_comes(session, mailbox.address, **wanted)
        return f"Postdesk answers for {mailbox.address} as “{mailbox.name}”."

    click.echo(_change(add))


@mailbox_group.command("set")
@click.argument("address")
@click.option("--address", "new_address", help="Its mails leave from this one from now on.")
@click.option("--logo", metavar="FILE|none", help="A PNG, JPEG, GIF or WebP of at most 200 kB.")
@click.option(
    "--survey",
    metavar="MINUTES|never",
    help="How long after a ticket was resolved its customer is asked how it was.",
)
@_how_its_mail_comes
def set_mailbox_command(
    address: str,
    new_address: str | None,
    logo: str | None,
    survey: str | None,
    name: str | None,
    **wanted: Any,
) -> None:
    """Change what customers of the mailbox ADDRESS see and are asked, and how its mail comes.

    After --address, mail to the old one is still taken, until --no-receives takes that away.
    Answers to its reply addresses are taken even then, as long as their tickets live.
    """
    from helpdesk.actions.edit_mailbox import set_name
    from helpdesk.actions.readdress_mailbox import readdress_mailbox
    from helpdesk.actions.set_branding import set_logo, set_survey

    chosen = [one for one in (new_address, logo, survey, name) if one is not None]
    if not chosen and all(one in (None, ()) for one in wanted.values()):
        raise click.UsageError(
            "Say what to change: --name, --address, --receives, --public, --form, --logo, --survey "
            "or --forwarded."
        )
    key = _stored_logo(load_settings(), Path(logo)) if logo and logo != "none" else ""
    minutes = _minutes(survey) if survey and survey != "never" else None

    def change(session: Session) -> str:
        actor, moment = operator(), now()
        if name is not None:
            set_name(session, actor, address, name, now=moment)
        if logo is not None:
            set_logo(session, actor, address, key, now=moment)
        if survey is not None:
            set_survey(session, actor, address, minutes, now=moment)
        _set_how_its_mail_comes(session, address, **wanted)
        if new_address is None:
            return f"{address} is changed."
        mailbox = readdress_mailbox(session, actor, address, new_address, now=moment)
        return (
            f"{address} is {mailbox.address} now. Mail to {address} is still taken, until you say "
            f"`postdesk mailbox set {mailbox.address} --no-receives {address}`."
        )

    click.echo(_change(change))


@mailbox_group.command("list")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@click.option(
    "--postfix",
    "as_map",
    is_flag=True,
    help="A table of Postfix (regexp:) for relay_recipient_maps and transport_maps.",
)
def list_mailboxes_command(as_json: bool, as_map: bool) -> None:
    """Show the mailboxes, and those that were removed."""
    from commands.postfix_map import postfix_map
    from helpdesk import db
    from helpdesk.queries.administration import mailbox_rows
    from helpdesk.queries.mail_addresses import AddressReader

    settings = load_settings()
    with plain_errors(), db.connect(settings).reading() as session:
        rows = mailbox_rows(session, operator())
        if as_map:
            known = AddressReader().read(session, now())
            click.echo(postfix_map(known, settings.smtp_listen), nl=False)
            return
    for row in rows:
        click.echo(json.dumps(asdict(row)) if as_json else _as_line(row))


@mailbox_group.command("pause")
@click.argument("address")
def pause_mailbox_command(address: str) -> None:
    """Have mail to the mailbox ADDRESS put off (450), until it is resumed."""
    from helpdesk.actions.stop_mailbox import pause_mailbox

    def pause(session: Session) -> str:
        return pause_mailbox(session, operator(), address, now=now()).address

    click.echo(f"{_change(pause)} is paused. {_WAITING}")


@mailbox_group.command("resume")
@click.argument("address")
def resume_mailbox_command(address: str) -> None:
    """Take mail to the mailbox ADDRESS again."""
    from helpdesk.actions.stop_mailbox import resume_mailbox

    def resume(session: Session) -> str:
        return resume_mailbox(session, operator(), address, now=now()).address

    click.echo(f"{_change(resume)} takes mail again.")


@mailbox_group.command("remove")
@click.argument("address")
@click.option("--yes", is_flag=True, help="Do not ask.")
def remove_mailbox_command(address: str, yes: bool) -> None:
    """Take no mail for the mailbox ADDRESS any more (550), but answers to its tickets.

    Its tickets stay, and are answered from the first mailbox that is left.
    """
    from helpdesk import db
    from helpdesk.actions.edit_mailbox import mailbox_to_change
    from helpdesk.actions.stop_mailbox import remove_mailbox, unfinished_in

    with plain_errors(), db.connect(load_settings()).reading() as session:
        mailbox = mailbox_to_change(session, operator(), address)
        address, count = mailbox.address, unfinished_in(session, mailbox)
    stay = f"; its {count} unfinished tickets stay" if count else ""
    ask_first(f"Remove {address}{stay}? New mail to it is refused.", yes=yes)
    _change(lambda session: remove_mailbox(session, operator(), address, now=now()).address)
    click.echo(f"{address} is removed. Its tickets are answered from the first mailbox there is.")


def _set_how_its_mail_comes(
    session: Session,
    address: str,
    *,
    receives: tuple[str, ...],
    no_receives: tuple[str, ...],
    **switches: bool | None,
) -> None:
    from helpdesk.actions.edit_mailbox import set_form, set_forwarded, set_public
    from helpdesk.actions.readdress_mailbox import change_receiving

    if receives or no_receives:
        change_receiving(session, operator(), address, more=receives, less=no_receives, now=now())
    setters = {"public": set_public, "form": set_form, "forwarded": set_forwarded}
    for switch, on in switches.items():
        if on is not None:
            setters[switch](session, operator(), address, on, now=now())


def _change(change: Callable[[Session], str]) -> str:
    """Do it in a transaction, and have an SMTP server that runs here know it at once."""
    from helpdesk import db
    from helpdesk.queries.mail_addresses import AddressReader
    from mailgate.spool.mailbox_snapshot import SNAPSHOT, renew_snapshot

    settings = load_settings()
    database = db.connect(settings)
    with plain_errors(), database.transaction() as session:
        said = change(session)
    with database.reading() as session:
        renew_snapshot(settings.spool_dir / SNAPSHOT, AddressReader().read(session, now()))
    return said


def _as_line(row: MailboxRow) -> str:
    marks = {
        "removed": row.removed,
        "paused": row.paused,
        "hidden": not row.public,
        "no form": not row.form,
        "forwarded": row.forwarded,
        f"receives {', '.join(row.receives)}": row.receives,
    }
    return "  ".join((row.address, row.name, *(mark for mark, holds in marks.items() if holds)))


def _minutes(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 7):
        raise click.UsageError("--survey is a number of minutes, or “never”.")
    return int(text)


def _stored_logo(settings: Settings, path: Path) -> str:
    from helpdesk.actions.set_branding import check_logo
    from helpdesk.blobs import open_blobs
    from helpdesk.errors import InvalidInput

    try:
        content = path.read_bytes()
        check_logo(content)
    except OSError as problem:
        raise click.ClickException(f"{path}: {problem.strerror}") from None
    except InvalidInput as problem:
        raise click.ClickException(f"{path}: {problem.message}") from None
    return open_blobs(settings).put(content)

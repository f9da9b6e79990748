"""``postdesk mailbox relay``: by which account a mailbox's mail is sent."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict, replace
from datetime import datetime
from typing import TYPE_CHECKING

import click

from commands.environment import load_settings, now, plain_errors
from commands.operator import operator
from helpdesk.settings import Settings

if TYPE_CHECKING:
    from helpdesk.actions.set_relay import RelayForm, RelayWish
    from helpdesk.db import Database
    from helpdesk.queries.own_relays import OwnRelayView


@click.command("relay")
@click.argument("address")
@click.argument("url", required=False)
@click.option(
    "--as-fetched",
    "as_fetched",
    is_flag=True,
    help="Sign in as its mail is fetched: nothing is read from standard input. Without URL the "
    "server is the one that goes with it.",
)
@click.option(
    "--copy",
    "copy",
    metavar="FOLDER",
    help="Put a copy of each mail into this folder of the account that its mail is fetched from; "
    "“auto” for the one that the server says (the default where the server keeps none by itself), "
    "“none” for no copies.",
)
@click.option("--test", "test", is_flag=True, help="Sign in and ask; nothing is changed.")
@click.option("--off", "off", is_flag=True, help="Send by the installation's relay again.")
@click.option("--json", "as_json", is_flag=True, help="Show how it goes as one JSON object.")
def relay_command(
    address: str,
    url: str | None,
    as_fetched: bool,
    copy: str | None,
    test: bool,
    off: bool,
    as_json: bool,
) -> None:
    """Send the mail of the mailbox ADDRESS by the account at URL; without URL, show how that goes.

    URL is smtps://USER@HOST (encrypted from the first byte, port 465) or smtp://… (by STARTTLS,
    port 587); an @ in USER may be written as it is, and ?a-minute=30 is the most mails a minute.
    The password is read from standard input. Before it is saved the account is tried, and no mail
    sent: what is wrong is said, and nothing saved.
    """
    settings = load_settings()
    if off:
        _stop(settings, address)
    elif url is None and not as_fetched:
        _show(settings, address, as_json=as_json)
    else:
        _set(settings, address, url or "", copy, as_fetched=as_fetched, test=test)


def _set(
    settings: Settings,
    address: str,
    url: str,
    copy: str | None,
    *,
    as_fetched: bool,
    test: bool,
) -> None:
    from helpdesk import db
    from helpdesk.actions.set_relay import relay_wish, set_relay

    moment = now()
    database = db.connect(settings)
    with plain_errors():
        form = _form(database, address, url, copy, as_fetched=as_fetched)
        with database.reading() as session:
            wish = relay_wish(session, operator(), address, form)
        wish = _tried(database, settings, wish)
        if test:
            return
        with database.transaction() as session:
            set_relay(session, operator(), address, wish, now=moment)
    click.echo(f"The mail of {address} leaves by {wish.account.server} from now on.")


def _form(
    database: Database, address: str, url: str, copy: str | None, *, as_fetched: bool
) -> RelayForm:
    """What was typed, with what goes without saying."""
    from helpdesk.actions.edit_mailbox import mailbox_to_change
    from helpdesk.actions.set_fetch import active_fetch
    from helpdesk.actions.set_relay import RelayForm
    from helpdesk.imap.account import WrongAccount
    from helpdesk.submission.account import sending_url
    from helpdesk.submission.servers import find_sending, keeps_copy

    with database.reading() as session:
        fetch = active_fetch(session, mailbox_to_change(session, operator(), address).id)
    if as_fetched and fetch is None:
        raise click.ClickException(f"Nothing is fetched for {address}.")
    if url:
        try:
            typed = sending_url(url)
        except WrongAccount as problem:
            raise click.ClickException(str(problem)) from None
        form = RelayForm(typed.host, typed.port, typed.tls, typed.login, "", typed.per_minute)
    else:
        found = find_sending(address, fetch.host if fetch else "")
        if found is None:
            raise click.ClickException("Nothing says which server takes its mail: name it as URL.")
        server = found.server
        most = str(server.per_minute)
        form = RelayForm(server.host, str(server.port), server.tls, "", "", most)
    if as_fetched and fetch:
        form = replace(form, login=form.login or fetch.login, by_token=fetch.by_token)
    copies = fetch is not None and not keeps_copy(form.host) if copy is None else copy != "none"
    return replace(
        form,
        password="" if as_fetched else _password(),
        keeps_copy=copies,
        sent_folder="" if copy in (None, "auto", "none") else str(copy),
    )


def _tried(database: Database, settings: Settings, wish: RelayWish) -> RelayWish:
    """Try it, say what came of it, and return it with the folder for copies."""
    from helpdesk.actions.try_relay import tried_wish
    from helpdesk.imap.trouble import ImapTrouble
    from helpdesk.submission.trouble import RelayTrouble

    account = wish.account
    try:
        trial = tried_wish(database, settings, wish)
    except (RelayTrouble, ImapTrouble) as trouble:
        raise click.ClickException(f"{trouble} Nothing is saved.") from None
    copies = f" Copies are put into {trial.sent_folder}." if trial.sent_folder else ""
    click.echo(
        f"{account.login} is let in at {account.server}, and may send as {wish.sender}.{copies}"
    )
    return replace(wish, sent_folder=trial.sent_folder)


def _stop(settings: Settings, address: str) -> None:
    from helpdesk import db
    from helpdesk.actions.set_relay import stop_relay

    with plain_errors(), db.connect(settings).transaction() as session:
        stop_relay(session, operator(), address, now=now())
    click.echo(f"The mail of {address} leaves by the installation's relay again.")


def _show(settings: Settings, address: str, *, as_json: bool) -> None:
    from helpdesk import db
    from helpdesk.actions.edit_mailbox import mailbox_to_change
    from helpdesk.queries.own_relays import own_relay_views

    with plain_errors(), db.connect(settings).reading() as session:
        mailbox = mailbox_to_change(session, operator(), address)
        views = own_relay_views(session, operator(), mailbox.id)
    if not views:
        raise click.ClickException(f"{address} has no relay of its own.")
    (view,) = views
    if as_json:
        click.echo(json.dumps({**asdict(view), "sentence": view.sentence}, default=_plain))
        return
    click.echo(f"{view.address}: {view.login} at {view.server}")
    click.echo(_state(view))
    if view.sent_folder:
        click.echo(
            f"Copies are put into {view.sent_folder}; {view.copies:,} wait. {view.copies_words}"
        )


def _state(view: OwnRelayView) -> str:
    if not view.trouble:
        return "Its mail leaves."
    words = f" It says: {view.words}" if view.words else ""
    again = f" Tried again at {view.next_try_at:%H:%M:%S} UTC." if view.next_try_at else ""
    return f"{view.sentence}{words}{again}"


def _password() -> str:
    if sys.stdin.isatty():
        return str(click.prompt("Password", hide_input=True, err=True))
    return sys.stdin.readline().rstrip("\r\n")


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)

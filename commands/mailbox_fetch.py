"""``postdesk mailbox fetch``: from which account on a mail server a mailbox's mail is fetched."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING

import click

from commands.environment import load_settings, now, plain_errors
from commands.fetched_account import Afterwards, as_words, form_of, looked_into
from commands.mailbox_sign_in import fetch_by_token
from commands.operator import operator
from helpdesk.settings import Settings

if TYPE_CHECKING:
    from helpdesk.queries.fetches import FetchView


@click.command("fetch")
@click.argument("address")
@click.argument("url", required=False)
@click.option(
    "--after",
    type=click.Choice(["seen", "move", "leave"]),
    default="seen",
    show_default=True,
    help="What becomes of a mail on the server, once it is safe here: it is marked as read, moved "
    "into another folder, or left as it is.",
)
@click.option("--move-to", default="", metavar="FOLDER", help="For --after move.")
@click.option(
    "--since",
    metavar="DATE",
    help="Fetch what came to the server since that day, too (2026-11-30), as mail of the past: "
    "nobody is sent an acknowledgement.",
)
@click.option(
    "--oauth",
    type=click.Choice(["google", "microsoft"]),
    help="Sign in at Google or Microsoft, and with no password; URL may be left out then.",
)
@click.option("--test", "how", flag_value="test", help="Sign in and look; nothing is changed.")
@click.option("--off", "how", flag_value="off", help="Fetch nothing any more; forget the password.")
@click.option("--json", "how", flag_value="json", help="Show how it goes as one JSON object.")
def fetch_command(
    address: str,
    url: str | None,
    after: str,
    move_to: str,
    since: str | None,
    oauth: str | None,
    how: str | None,
) -> None:
    """Fetch the mail of the mailbox ADDRESS by IMAP from URL; without URL, show how that goes.

    URL is imaps://USER@HOST/FOLDER (encrypted from the first byte, port 993) or imap://… (by
    STARTTLS, port 143); an @ in USER may be written as it is. The password is read from standard
    input. Before it is saved the account is looked into: what is wrong is said, and nothing saved.
    """
    settings = load_settings()
    if how == "off":
        _stop(settings, address)
    elif oauth is not None:
        wanted = Afterwards(after, move_to, _date(since) if since else now())
        fetch_by_token(settings, address, url, oauth, wanted, test=how == "test")
    elif url is not None:
        wanted = Afterwards(after, move_to, _date(since) if since else now())
        _set(settings, address, url, wanted, test=how == "test")
    elif how == "test":
        _test_kept(settings, address)
    else:
        _show(settings, address, as_json=how == "json")


def _set(settings: Settings, address: str, url: str, wanted: Afterwards, *, test: bool) -> None:
    from helpdesk import db
    from helpdesk.actions.set_fetch import fetch_wish, set_fetch
    from helpdesk.imap.account import WrongAccount, account_of_url

    moment = now()
    try:
        account = account_of_url(url, _password())
    except WrongAccount as problem:
        raise click.ClickException(str(problem)) from None
    form = form_of(account, wanted)
    database = db.connect(settings)
    with plain_errors():
        with database.reading() as session:
            wish = fetch_wish(session, operator(), address, form, wanted.since)
        click.echo(as_words(looked_into(wish.account, wish.move_to), account))
        if test:
            return
        with database.transaction() as session:
            set_fetch(session, operator(), address, wish, now=moment)
    click.echo(f"The mail of {address} is fetched from {account.server} from now on.")


def _test_kept(settings: Settings, address: str) -> None:
    from helpdesk import db
    from helpdesk.actions.edit_mailbox import mailbox_to_change
    from helpdesk.actions.set_fetch import kept_account
    from helpdesk.imap.probe import look_into
    from helpdesk.imap.trouble import ImapTrouble
    from helpdesk.oauth.connecting import connect_with

    database = db.connect(settings)
    with plain_errors(), database.reading() as session:
        mailbox = mailbox_to_change(session, operator(), address)
        account = kept_account(session, operator(), address)
    connect = connect_with(database, settings, mailbox.id)
    try:
        click.echo(as_words(look_into(account, connect=connect), account))
    except ImapTrouble as trouble:
        raise click.ClickException(str(trouble)) from None


def _stop(settings: Settings, address: str) -> None:
    from helpdesk import db
    from helpdesk.actions.set_fetch import stop_fetch

    with plain_errors(), db.connect(settings).transaction() as session:
        stop_fetch(session, operator(), address, now=now())
    click.echo(f"Nothing is fetched for {address} any more; its password is forgotten.")


def _show(settings: Settings, address: str, *, as_json: bool) -> None:
    from helpdesk import db
    from helpdesk.actions.edit_mailbox import mailbox_to_change
    from helpdesk.queries.database_clock import database_time
    from helpdesk.queries.fetches import fetch_views, left_mails

    with plain_errors(), db.connect(settings).reading() as session:
        mailbox = mailbox_to_change(session, operator(), address)
        views = fetch_views(session, operator(), database_time(session), mailbox.id)
        left = left_mails(session, views[0].id) if views else ()
    if not views:
        raise click.ClickException(f"Nothing is fetched for {address}.")
    (view,) = views
    if as_json:
        click.echo(json.dumps({**asdict(view), "sentence": view.sentence}, default=_plain))
        return
    click.echo(f"{view.address}: {view.login} at {view.server}, {view.folder}")
    click.echo(_state(view))
    counts = view.counts
    doubt = f" + {counts.begun:,} begun" if counts.begun else ""
    click.echo(f"seen {counts.seen:,} = accepted {counts.spooled:,} + left {counts.left:,}{doubt}")
    for mail in left:
        click.echo(
            f"left {mail.uid}: {mail.at:%Y-%m-%d %H:%M} UTC, {mail.size:,} bytes: {mail.reason}"
        )


def _state(view: FetchView) -> str:
    if view.paused:
        return "The mailbox is paused: its mail waits on the server."
    if view.trouble:
        words = f" It says: {view.words}" if view.words else ""
        again = f" Tried again at {view.next_try_at:%H:%M:%S} UTC." if view.next_try_at else ""
        return f"{view.sentence}{words}{again}"
    if view.checked_at is None:
        return "Not looked at yet."
    return f"Everything that was there at {view.checked_at:%Y-%m-%d %H:%M:%S} UTC is here."


def _password() -> str:
    if sys.stdin.isatty():
        return str(click.prompt("Password", hide_input=True, err=True))
    return sys.stdin.readline().rstrip("\r\n")


def _date(text: str) -> datetime:
    try:
        since = datetime.combine(date.fromisoformat(text), time(), UTC)
    except ValueError:
        raise click.UsageError("--since is a day, such as 2026-11-30.") from None
    if since > now():
        raise click.UsageError(f"--since is a day that has begun (UTC), and {text} is yet to come.")
    return since


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)

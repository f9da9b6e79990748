"""What ``postdesk mailbox fetch`` was told, and what it finds in an account."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from helpdesk.actions.set_fetch import FetchForm
    from helpdesk.imap.account import ImapAccount
    from helpdesk.imap.connection import ImapConnection
    from helpdesk.imap.probe import Glimpse


@dataclass(frozen=True)
class Afterwards:
    """What becomes of mail, and since when it is fetched."""

    after: str
    move_to: str
    since: datetime


def form_of(account: ImapAccount, wanted: Afterwards) -> FetchForm:
    """What was typed, as the desk's form says it."""
    from helpdesk.actions.set_fetch import BY_PASSWORD, BY_TOKEN, FetchForm

    return FetchForm(
        account.host,
        str(account.port),
        account.tls,
        account.login,
        account.password,
        account.folder,
        wanted.after,
        wanted.move_to,
        BY_TOKEN if account.by_token else BY_PASSWORD,
    )


def looked_into(
    account: ImapAccount, move_to: str, connect: Callable[..., ImapConnection] | None = None
) -> Glimpse:
    """Look into an account.

    :param connect: what connects to it, if not its own password.
    :raises click.ClickException: nothing is to be saved.
    """
    from helpdesk.imap.probe import look_into
    from helpdesk.imap.trouble import ImapTrouble

    how = {"connect": connect} if connect else {}
    try:
        return look_into(account, move_to, **how)
    except ImapTrouble as trouble:
        raise click.ClickException(f"{trouble} Nothing is saved.") from None


def as_words(glimpse: Glimpse, account: ImapAccount) -> str:
    """What is there, in a line."""
    mails = "1 mail" if glimpse.count == 1 else f"{glimpse.count:,} mails"
    found = f"{account.login} is let in at {account.server}; {account.folder} has {mails}."
    if glimpse.newest is None:
        return found
    when = f"{glimpse.newest.date:%Y-%m-%d %H:%M} UTC, " if glimpse.newest.date else ""
    return f"{found} The newest: {when}{glimpse.newest.sender}: {glimpse.newest.subject}"

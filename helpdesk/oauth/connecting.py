"""Connect to a mail server by the mailbox's access token; one that is refused is renewed once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from helpdesk.db import Database
from helpdesk.imap.account import ImapAccount
from helpdesk.imap.connection import ImapConnection
from helpdesk.imap.trouble import ImapTrouble, TroubleKind
from helpdesk.oauth.tokens import access_token
from helpdesk.oauth.trouble import ConsentGone, TokenTrouble
from helpdesk.settings import Settings
from helpdesk.text import fold_address

Connect = Callable[..., ImapConnection]


def connect_with(
    database: Database,
    settings: Settings,
    mailbox_id: int,
    connect: Connect = ImapConnection,
) -> Connect:
    """Return what connects to the accounts of a mailbox, by its password or its token.

    No transaction may be open when that is called.
    """
    return partial(_connected, database, settings, mailbox_id, connect)


def _connected(
    database: Database,
    settings: Settings,
    mailbox_id: int,
    opened: Connect,
    account: ImapAccount,
    **limits: float,
) -> ImapConnection:
    """:raises ImapTrouble:"""
    if not account.by_token or account.password:
        return opened(account, **limits)

    def token(refused: str = "") -> str:
        try:
            login, found = access_token(database, settings, mailbox_id, refused=refused)
        except ConsentGone as problem:
            raise ImapTrouble(TroubleKind.CONSENT, problem.words) from None
        except TokenTrouble as problem:
            raise ImapTrouble(TroubleKind.PROVIDER, problem.words) from None
        if fold_address(login) != fold_address(account.login):
            raise ImapTrouble(TroubleKind.CONSENT, f"the token is for {login}")
        return found

    first = token()
    try:
        return opened(replace(account, password=first), **limits)
    except ImapTrouble as trouble:
        if trouble.kind is not TroubleKind.REFUSED:
            raise
    try:
        return opened(replace(account, password=token(refused=first)), **limits)
    except ImapTrouble as trouble:
        if trouble.kind is not TroubleKind.REFUSED:
            raise
        raise ImapTrouble(TroubleKind.CONSENT, trouble.words) from None

"""``postdesk mailbox fetch … --oauth``: sign in at Google or Microsoft, and fetch by that."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING

import click

from commands.environment import now, plain_errors
from commands.fetched_account import Afterwards, as_words, form_of, looked_into
from commands.operator import operator
from helpdesk.settings import Settings

if TYPE_CHECKING:
    from helpdesk.db import Database
    from helpdesk.imap.account import ImapAccount
    from helpdesk.models import GrantProvider
    from helpdesk.oauth.grants import GrantedTokens
    from helpdesk.oauth.providers import ProviderClient


def fetch_by_token(
    settings: Settings,
    address: str,
    url: str | None,
    provider: str,
    wanted: Afterwards,
    *,
    test: bool,
) -> None:
    """Fetch a mailbox's mail by a sign-in: the one that there is, or one by a code.

    :param url: of the account; None for the mailbox's own address at the provider's server.
    :param test: look, and save nothing.
    :raises click.ClickException:
    """
    from helpdesk import db
    from helpdesk.actions.edit_mailbox import mailbox_to_change
    from helpdesk.models import GrantProvider
    from helpdesk.queries.mailbox_grants import grant_of
    from helpdesk.text import fold_address

    name = GrantProvider(provider)
    account = _account(address, url, name)
    database = db.connect(settings)
    with plain_errors(), database.reading() as session:
        mailbox_id = mailbox_to_change(session, operator(), address).id
        grant = grant_of(session, mailbox_id)
    holds = grant is not None and not grant.trouble and grant.provider is name
    if grant is not None and holds and fold_address(grant.login) == fold_address(account.login):
        _fetch_by_grant(settings, database, mailbox_id, address, account, wanted, test=test)
    else:
        client = _client(settings, name, mailbox_id)
        _fetch_by_code(database, mailbox_id, address, account, wanted, client, test=test)
    if not test:
        click.echo(f"The mail of {address} is fetched from {account.server} from now on.")


def _fetch_by_grant(
    settings: Settings,
    database: Database,
    mailbox_id: int,
    address: str,
    account: ImapAccount,
    wanted: Afterwards,
    *,
    test: bool,
) -> None:
    from helpdesk.actions.set_fetch import fetch_wish, set_fetch
    from helpdesk.oauth.connecting import connect_with

    with plain_errors():
        with database.reading() as session:
            form = form_of(account, wanted)
            wish = fetch_wish(session, operator(), address, form, wanted.since)
        connect = connect_with(database, settings, mailbox_id)
        click.echo(as_words(looked_into(wish.account, wish.move_to, connect), account))
        if not test:
            with database.transaction() as session:
                set_fetch(session, operator(), address, wish, now=now())


def _fetch_by_code(
    database: Database,
    mailbox_id: int,
    address: str,
    account: ImapAccount,
    wanted: Afterwards,
    client: ProviderClient,
    *,
    test: bool,
) -> None:
    from helpdesk.actions.grant_mailbox import GrantWish, checked_login, save_grant
    from helpdesk.actions.set_fetch import fetch_wish, set_fetch

    got, wish = _typed_code(client), GrantWish(client.provider, account.login)
    with plain_errors():
        checked_login(wish, got)
    by_token = replace(account, password=got.access_token)
    move_to = wanted.move_to if wanted.after == "move" else ""
    click.echo(as_words(looked_into(by_token, move_to), account))
    if test:
        return
    with plain_errors(), database.transaction() as session:
        save_grant(session, operator(), mailbox_id, wish, got, now=now())
        form = form_of(account, wanted)
        fetched = fetch_wish(session, operator(), address, form, wanted.since)
        set_fetch(session, operator(), address, fetched, now=now())


def _typed_code(client: ProviderClient) -> GrantedTokens:
    """Have somebody type a code at the provider, and wait until they did."""
    from helpdesk.imap.trouble import as_sentence
    from helpdesk.oauth.grants import begin_device, tokens_for_device
    from helpdesk.oauth.trouble import OAuthTrouble, StillWaiting

    try:
        code = begin_device(client)
        click.echo(f"Open {code.url} in any browser, and type {code.user_code} there.")
        rest, until = code.asked_every, time.monotonic() + code.lasts
        while time.monotonic() < until:
            time.sleep(rest)
            try:
                return tokens_for_device(client, code.device_code)
            except StillWaiting as waiting:
                rest += 5 if waiting.slower else 0  # RFC 8628 3.5
    except OAuthTrouble as problem:
        words = f" It says: {as_sentence(problem.words)}" if problem.words else ""
        raise click.ClickException(f"{problem}{words} Nothing is saved.") from None
    raise click.ClickException("The code was not typed in time. Nothing is saved.")


def _client(settings: Settings, provider: GrantProvider, mailbox_id: int) -> ProviderClient:
    from helpdesk.oauth.providers import client_of, setting_names

    client = client_of(settings, provider)
    if client is None:
        names = " and ".join(setting_names(provider))
        raise click.ClickException(f"Set {names} first: see docs/operating/imap.md.")
    if not client.facts.by_device:
        page = f"{settings.public_url}/desk/admin/mailboxes/{mailbox_id}/fetch"
        raise click.ClickException(
            f"{client.facts.name} lets nobody sign in for mail from a command. Open {page}, sign "
            "in there, and go on there, or here."
        )
    return client


def _account(address: str, url: str | None, provider: GrantProvider) -> ImapAccount:
    from helpdesk.imap.account import WrongAccount, account_of_url
    from helpdesk.oauth.providers import PROVIDERS, check_server

    facts = PROVIDERS[provider]
    if url is None:
        host, port = facts.imap
        url = f"imaps://{address}@{host}:{port}/INBOX"
    try:
        account = account_of_url(url, "", by_token=True)
    except WrongAccount as problem:
        raise click.ClickException(str(problem)) from None
    with plain_errors():  # before anybody signs in there in vain
        check_server(provider, account.host, sending=False)
    return account

"""Set from which account on a mail server a mailbox's mail is fetched. Admins only; logged."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.actions.check_grant import check_grant
from helpdesk.actions.edit_mailbox import mailbox_to_change
from helpdesk.actor import Actor
from helpdesk.db import keys_of, secret_of
from helpdesk.errors import InvalidInput, NotFound
from helpdesk.imap.account import ImapAccount, Tls, WrongAccount, checked_account
from helpdesk.models import AfterFetching, AuditKind, Mailbox, MailboxFetch
from helpdesk.sealing import CannotOpen, seal, unseal
from helpdesk.text import bounded_int, clean_line
from helpdesk.tickets import audit

PURPOSE = "mailbox password"
MOST_DAYS_BACK = 36_500
BY_PASSWORD, BY_TOKEN = "password", "token"


@dataclass(frozen=True)
class FetchForm:
    """What can be set, as it was typed."""

    host: str
    port: str
    tls: str
    login: str
    password: str
    """Empty: the one that is kept, for the same user at the same server."""
    folder: str
    after: str
    move_to: str = ""
    sign_in: str = BY_PASSWORD
    """:data:`BY_PASSWORD`, or :data:`BY_TOKEN`: whoever signed in for the mailbox at a provider."""


@dataclass(frozen=True)
class FetchWish:
    """What is to be fetched, and what becomes of it on the server."""

    account: ImapAccount
    after: AfterFetching
    move_to: str
    since: datetime


def active_fetch(session: Session, mailbox_id: int) -> MailboxFetch | None:
    """The account that the mailbox's mail is fetched from; None where it is not fetched."""
    chosen = select(MailboxFetch).where(
        MailboxFetch.mailbox_id == mailbox_id, MailboxFetch.active.is_(True)
    )
    return session.scalars(chosen.order_by(MailboxFetch.id)).first()


def fetch_wish(
    session: Session, actor: Actor, address: str, form: FetchForm, since: datetime
) -> FetchWish:
    """Return what was typed, checked as far as it can be without asking the server.

    :raises NotAllowed, NotFound:
    :raises InvalidInput: naming the field.
    """
    mailbox = mailbox_to_change(session, actor, address)
    account = _typed_account(session, mailbox, form)
    if form.after not in set(AfterFetching):
        raise InvalidInput("after", "Say what becomes of a mail once it is here.")
    move_to = clean_line(form.move_to, 200) if form.after == AfterFetching.MOVE else ""
    if form.after == AfterFetching.MOVE and (not move_to or move_to == account.folder):
        raise InvalidInput("move_to", "Name another folder, which fetched mail is moved into.")
    return FetchWish(account, AfterFetching(form.after), move_to, since)


def _typed_account(session: Session, mailbox: Mailbox, form: FetchForm) -> ImapAccount:
    if form.sign_in not in (BY_PASSWORD, BY_TOKEN):
        raise InvalidInput("sign_in", "Say how it signs in.")
    by_token = form.sign_in == BY_TOKEN
    password = "" if by_token else form.password or _kept_password(session, mailbox, form)
    try:
        account = checked_account(
            form.host, form.port, form.tls, form.login, password, form.folder, by_token=by_token
        )
    except WrongAccount as problem:
        raise InvalidInput(problem.field, str(problem)) from None
    if by_token:
        check_grant(session, mailbox, account.login, account.host, sending=False)
    return account


def set_fetch(
    session: Session, actor: Actor, address: str, wish: FetchWish, *, now: datetime
) -> MailboxFetch:
    """Have the mailbox's mail fetched from an account, from the next moment on.

    An account that it was fetched from before goes on where it stopped.

    :raises NotAllowed, NotFound:
    :raises InvalidInput: it signs in by a token, and that is for another account.
    """
    mailbox = mailbox_to_change(session, actor, address)
    session.refresh(mailbox, with_for_update=True)  # two may set it at once
    account = wish.account
    if account.by_token:
        check_grant(session, mailbox, account.login, account.host, sending=False)
    before = active_fetch(session, mailbox.id)
    fetch = _row(session, mailbox, wish, now)
    if before is not None and before is not fetch:
        _stop(before, now)
    fetch.active, fetch.changed_at = True, now
    fetch.port, fetch.tls, fetch.by_token = account.port, account.tls, account.by_token
    fetch.sealed_password = (
        "" if account.by_token else seal(account.password, secret_of(session), PURPOSE)
    )
    fetch.after, fetch.move_to = wish.after, wish.move_to
    if wish.since < fetch.since:
        fetch.since, fetch.seen_uid, fetch.caught_up = wish.since, 0, False
    forget_trouble(fetch)
    session.flush()
    audit.record(
        session,
        actor,
        AuditKind.MAILBOX,
        mailbox.address,
        "fetch",
        old=_words(before),
        new=_words(fetch),
        now=now,
    )
    return fetch


def stop_fetch(session: Session, actor: Actor, address: str, *, now: datetime) -> Mailbox:
    """Fetch nothing for the mailbox any more, and forget the password.

    :raises NotAllowed, NotFound:
    :raises InvalidInput: nothing is fetched.
    """
    mailbox = mailbox_to_change(session, actor, address)
    fetch = active_fetch(session, mailbox.id)
    if fetch is None:
        raise InvalidInput("address", f"Nothing is fetched for {mailbox.address}.")
    _stop(fetch, now)
    audit.record(
        session, actor, AuditKind.MAILBOX, mailbox.address, "fetch", old=_words(fetch), now=now
    )
    return mailbox


def account_of(session: Session, fetch: MailboxFetch) -> ImapAccount:
    """Return the account, its password opened; without one where a token signs in.

    :raises CannotOpen:
    """
    password = ""
    if not fetch.by_token:
        password = unseal(fetch.sealed_password, keys_of(session), PURPOSE)
    return ImapAccount(
        fetch.host, fetch.port, Tls(fetch.tls), fetch.login, password, fetch.folder, fetch.by_token
    )


def kept_account(session: Session, actor: Actor, address: str) -> ImapAccount:
    """Return the account that the mailbox's mail is fetched from, to test it.

    :raises NotAllowed, NotFound:
    :raises InvalidInput: nothing is fetched, or the password cannot be opened.
    """
    mailbox = mailbox_to_change(session, actor, address)
    fetch = active_fetch(session, mailbox.id)
    if fetch is None:
        raise NotFound(f"Nothing is fetched for {mailbox.address}.")
    try:
        return account_of(session, fetch)
    except CannotOpen:
        raise InvalidInput("password", "The password cannot be opened: type it anew.") from None


def days_back(text: str) -> int:
    """Return for how many days mail of the past is fetched.

    :raises InvalidInput:
    """
    days = bounded_int(text.strip() or "0", most=MOST_DAYS_BACK)
    if days is None:
        raise InvalidInput("days", "Say it as a number of days; 0 for new mail alone.")
    return days


def _row(session: Session, mailbox: Mailbox, wish: FetchWish, now: datetime) -> MailboxFetch:
    """The row of this folder of this account: its numbers go with it."""
    account = wish.account
    known = session.scalars(
        select(MailboxFetch)
        .where(
            MailboxFetch.mailbox_id == mailbox.id,
            MailboxFetch.host == account.host,
            MailboxFetch.login == account.login,
            MailboxFetch.folder == account.folder,
        )
        .order_by(MailboxFetch.id)
        .with_for_update()
    ).first()
    if known is not None:
        return known
    made = MailboxFetch(
        mailbox_id=mailbox.id,
        host=account.host,
        port=account.port,
        tls=account.tls,
        login=account.login,
        sealed_password="",
        folder=account.folder,
        after=wish.after,
        since=wish.since,
        created_at=now,
        changed_at=now,
    )
    session.add(made)
    return made


def _kept_password(session: Session, mailbox: Mailbox, form: FetchForm) -> str:
    """The password that is kept, which goes to no other server, and to nobody else's account."""
    fetch = active_fetch(session, mailbox.id)
    if fetch is None or (fetch.host, fetch.login) != (
        form.host.strip().lower(),
        form.login.strip(),
    ):
        return ""
    try:
        return account_of(session, fetch).password
    except CannotOpen:
        return ""


def _stop(fetch: MailboxFetch, now: datetime) -> None:
    fetch.active, fetch.changed_at = False, now
    fetch.sealed_password = ""
    forget_trouble(fetch)


def forget_trouble(fetch: MailboxFetch) -> None:
    """Begin anew, as if nothing had been wrong."""
    fetch.trouble = fetch.words = ""
    fetch.trouble_since = fetch.next_try_at = None
    fetch.tries = 0


def _words(fetch: MailboxFetch | None) -> str:
    """For the log: never the password."""
    return f"{fetch.login} at {fetch.host}, {fetch.folder}" if fetch else ""

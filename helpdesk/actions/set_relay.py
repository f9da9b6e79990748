"""Set by which account a mailbox's mail is sent. Admins only; logged."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from helpdesk.actions.check_grant import check_grant
from helpdesk.actions.edit_mailbox import mailbox_to_change
from helpdesk.actions.set_fetch import account_of, active_fetch
from helpdesk.actor import Actor
from helpdesk.db import keys_of, secret_of, wake
from helpdesk.errors import InvalidInput
from helpdesk.imap.account import ImapAccount, Tls, WrongAccount
from helpdesk.mail_out.templates import QUEUES
from helpdesk.models import (
    AuditKind,
    Mailbox,
    MailboxFetch,
    MailboxRelay,
    OutboundMail,
    OutboundState,
    SentCopy,
)
from helpdesk.sealing import CannotOpen, seal, unseal
from helpdesk.submission.account import SendingAccount, checked_sending
from helpdesk.submission.servers import is_same_hoster
from helpdesk.text import clean_line
from helpdesk.tickets import audit

RELAY_PURPOSE = "mailbox relay password"


@dataclass(frozen=True)
class RelayForm:
    """What can be set, as it was typed."""

    host: str
    port: str
    tls: str
    login: str
    password: str
    """Empty: the one that is kept for the same user at the same server, or the one that the
    mailbox's mail is fetched with."""
    per_minute: str = ""
    by_token: bool = False
    """Whether the access that the mailbox was granted is used instead of a password."""
    keeps_copy: bool = False
    sent_folder: str = ""
    """Empty: the server is asked which one it is."""


@dataclass(frozen=True)
class RelayWish:
    """By what a mailbox's mail is to be sent."""

    mailbox_id: int
    sender: str
    """The address that it leaves under."""
    account: SendingAccount
    copies: ImapAccount | None
    """Where copies are put; None: none are."""
    sent_folder: str
    """Empty: still to be asked for."""


def own_relay(session: Session, mailbox_id: int) -> MailboxRelay | None:
    """The account that the mailbox's mail is sent by; None: the installation's relay."""
    return session.scalar(select(MailboxRelay).where(MailboxRelay.mailbox_id == mailbox_id))


def relay_wish(session: Session, actor: Actor, address: str, form: RelayForm) -> RelayWish:
    """Return what was typed, checked as far as it can be without asking any server.

    :raises NotAllowed, NotFound:
    :raises InvalidInput: naming the field.
    """
    mailbox = mailbox_to_change(session, actor, address)
    fetch = active_fetch(session, mailbox.id)
    password = form.password or _kept_password(session, mailbox, fetch, form)
    try:
        account = checked_sending(
            form.host,
            form.port,
            form.tls,
            form.login,
            "" if form.by_token else password,
            form.per_minute,
            by_token=form.by_token,
        )
    except WrongAccount as problem:
        raise InvalidInput(problem.field, str(problem)) from None
    if account.by_token:
        check_grant(session, mailbox, account.login, account.host, sending=True)
    copies = _copies_account(session, fetch) if form.keeps_copy else None
    folder = clean_line(form.sent_folder, 200) if copies else ""
    return RelayWish(mailbox.id, mailbox.address, account, copies, folder)


def set_relay(
    session: Session, actor: Actor, address: str, wish: RelayWish, *, now: datetime
) -> MailboxRelay:
    """Have the mailbox's mail sent by an account, from the next moment on.

    What was put off leaves at once.

    :raises NotAllowed, NotFound:
    """
    mailbox = mailbox_to_change(session, actor, address)
    session.refresh(mailbox, with_for_update=True)  # two may set it at once
    relay, account = own_relay(session, mailbox.id), wish.account
    if account.by_token:
        check_grant(session, mailbox, account.login, account.host, sending=True)
    before = _words(relay)
    if relay is None:
        relay = MailboxRelay(mailbox_id=mailbox.id)
        session.add(relay)
    relay.host, relay.port, relay.tls = account.host, account.port, account.tls
    relay.login, relay.per_minute = account.login, account.per_minute
    relay.by_token = account.by_token
    relay.sealed_password = (
        "" if account.by_token else seal(account.password, secret_of(session), RELAY_PURPOSE)
    )
    relay.sent_folder = wish.sent_folder if wish.copies else ""
    _begin_anew(session, mailbox, relay, now)
    _note(session, actor, mailbox, before, _words(relay), now)
    return relay


def stop_relay(session: Session, actor: Actor, address: str, *, now: datetime) -> Mailbox:
    """Have the mailbox's mail sent by the installation's relay again, and forget the password.

    Copies that wait are not made any more.

    :raises NotAllowed, NotFound:
    :raises InvalidInput: it is already.
    """
    mailbox = mailbox_to_change(session, actor, address)
    if not forget_relay(session, actor, mailbox, now=now):
        raise InvalidInput("address", f"{mailbox.address} has no relay of its own.")
    return mailbox


def forget_relay(session: Session, actor: Actor, mailbox: Mailbox, *, now: datetime) -> bool:
    """Forget the relay of a mailbox that the actor may change; returns whether it had one."""
    relay = own_relay(session, mailbox.id)
    if relay is None:
        return False
    before = _words(relay)
    session.execute(delete(SentCopy).where(SentCopy.mailbox_id == mailbox.id))
    session.delete(relay)
    session.flush()
    _leave_at_once(session, mailbox, now)
    _note(session, actor, mailbox, before, "", now)
    return True


def sending_account(session: Session, relay: MailboxRelay) -> SendingAccount:
    """Return the account, its password opened; without one where the grant is used.

    :raises CannotOpen:
    """
    password = (
        "" if relay.by_token else unseal(relay.sealed_password, keys_of(session), RELAY_PURPOSE)
    )
    return SendingAccount(
        relay.host,
        relay.port,
        Tls(relay.tls),
        relay.login,
        password,
        relay.per_minute,
        relay.by_token,
    )


def relay_is_open(session: Session, mailbox: Mailbox, *, now: datetime) -> None:
    """Try at once what waits for somebody to sign in for the mailbox: they just have."""
    relay = own_relay(session, mailbox.id)
    if relay is not None and relay.by_token:
        _begin_anew(session, mailbox, relay, now)


def _begin_anew(session: Session, mailbox: Mailbox, relay: MailboxRelay, now: datetime) -> None:
    relay.changed_at = now
    relay.trouble = relay.words = ""
    relay.trouble_since = relay.next_try_at = None
    relay.tries = 0
    session.flush()
    _leave_at_once(session, mailbox, now)


def _kept_password(
    session: Session, mailbox: Mailbox, fetch: MailboxFetch | None, form: RelayForm
) -> str:
    """A password that is kept, which goes to nobody else's server, and into no other account."""
    host, login = form.host.strip().strip(".").lower(), form.login.strip()
    relay = own_relay(session, mailbox.id)
    try:
        if relay and not relay.by_token and (relay.host, relay.login) == (host, login):
            return sending_account(session, relay).password
        if (
            fetch
            and not fetch.by_token
            and fetch.login == login
            and is_same_hoster(host, fetch.host)
        ):
            return account_of(session, fetch).password
    except CannotOpen:
        return ""
    return ""


def _copies_account(session: Session, fetch: MailboxFetch | None) -> ImapAccount:
    if fetch is None:
        raise InvalidInput(
            "sent_folder",
            "Copies are put into the account that its mail is fetched from: set that.",
        )
    try:
        return account_of(session, fetch)
    except CannotOpen:
        raise InvalidInput(
            "sent_folder", "The password that its mail is fetched with can no longer be opened."
        ) from None


def _leave_at_once(session: Session, mailbox: Mailbox, now: datetime) -> None:
    """Have what was put off be tried now: perhaps it was the relay that was wrong."""
    session.execute(
        update(OutboundMail)
        .where(
            OutboundMail.mailbox_id == mailbox.id,
            OutboundMail.state == OutboundState.DEFERRED,
            OutboundMail.next_attempt_at > now,
        )
        .values(next_attempt_at=now)
        .execution_options(synchronize_session=False)
    )
    for queue in QUEUES:
        wake(session, queue)


def _note(
    session: Session, actor: Actor, mailbox: Mailbox, old: str, new: str, now: datetime
) -> None:
    audit.record(
        session, actor, AuditKind.MAILBOX, mailbox.address, "relay", old=old, new=new, now=now
    )


def _words(relay: MailboxRelay | None) -> str:
    """For the log: never the password."""
    return f"{relay.login} at {relay.host}" if relay else ""

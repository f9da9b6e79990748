"""A mailbox that sends by an account of its own, as tests have it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from helpdesk.actions.set_relay import RelayWish, set_relay
from helpdesk.actor import SYSTEM
from helpdesk.imap.account import ImapAccount, Tls
from helpdesk.models import Mailbox
from helpdesk.submission.account import SendingAccount
from tests.support.relay import ScriptedRelay

LOGIN = "me@shop.example"
SECRET = "a-password-of-the-shop"


def account_relay() -> ScriptedRelay:
    """A hoster's server, which takes mail of :data:`LOGIN` alone."""
    return ScriptedRelay(accounts={LOGIN: SECRET})


def send_by(
    session: Session,
    mailbox_id: int,
    relay: ScriptedRelay,
    now: datetime,
    *,
    password: str = SECRET,
    copies: ImapAccount | None = None,
    sent_folder: str = "",
) -> None:
    """Have the mailbox's mail sent by an account at this relay."""
    address = session.get_one(Mailbox, mailbox_id).address
    account = SendingAccount("127.0.0.1", relay.port, Tls.OFF, LOGIN, password)
    wish = RelayWish(mailbox_id, address, account, copies, sent_folder)
    set_relay(session, SYSTEM, address, wish, now=now)

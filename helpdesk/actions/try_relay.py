"""Try by what a mailbox's mail is wished to be sent: no mail is sent, and nothing written."""

from __future__ import annotations

from helpdesk.actions.set_relay import RelayWish
from helpdesk.db import Database
from helpdesk.oauth.connecting import connect_with
from helpdesk.oauth.relaying import relay_tokens
from helpdesk.settings import Settings
from helpdesk.submission.trial import Trial, try_sending


def tried_wish(database: Database, settings: Settings, wish: RelayWish) -> Trial:
    """Connect and sign in as is wished. No transaction may be open.

    :raises RelayTrouble: what keeps mail from being sent.
    :raises ImapTrouble: what keeps copies from being put where they are wished.
    """
    account, mailbox_id = wish.account, wish.mailbox_id
    token = relay_tokens(database, settings, mailbox_id, account.login)
    return try_sending(
        account.relay(),
        wish.sender,
        settings.public_host,
        wish.copies,
        wish.sent_folder,
        token=token if account.by_token else None,
        connect=connect_with(database, settings, mailbox_id),
    )

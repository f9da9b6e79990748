"""A mailbox for which somebody signed in, at the tests' provider."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import select, update

from helpdesk.actions.grant_mailbox import GrantWish, save_grant
from helpdesk.actor import SYSTEM
from helpdesk.db import Database
from helpdesk.models import GrantProvider, MailboxGrant
from helpdesk.oauth.grants import GrantedTokens
from tests.support.token_server import TokenServer


def sign_in(
    database: Database,
    server: TokenServer,
    mailbox_id: int,
    *,
    provider: str = "google",
    login: str = "",
) -> str:
    """Sign in for a mailbox; returns the access token."""
    said = server.grant()
    got = GrantedTokens(
        said["access_token"], server.lasts, said["refresh_token"], account=server.account
    )
    wish = GrantWish(GrantProvider(provider), login or server.account)
    with database.transaction() as session:
        save_grant(session, SYSTEM, mailbox_id, wish, got, now=datetime.now(UTC))
    return got.access_token


def age(database: Database, **changed: object) -> None:
    """Have the access tokens be at their end, or anything else of the grants be so."""
    values = changed or {"access_expires_at": datetime.now(UTC) + timedelta(minutes=1)}
    with database.transaction() as session:
        session.execute(update(MailboxGrant).values(**values))


def row_of(database: Database) -> MailboxGrant:
    with database.reading() as session:
        return session.scalars(select(MailboxGrant)).one()

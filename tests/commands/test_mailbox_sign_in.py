"""``postdesk mailbox fetch … --oauth``: by a code on another device, and nothing saved half."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from uuid import uuid4

import pytest
from sqlalchemy import select

from helpdesk.db import Database
from helpdesk.models import MailboxFetch, MailboxGrant
from tests.commands.conftest import Postdesk, said
from tests.helpdesk.oauth.signed_in import age
from tests.mailgate.fetch.fetching import letter
from tests.support.dovecot import Dovecot
from tests.support.token_server import TokenServer

SUPPORT = "support@shop.example"

pytestmark = pytest.mark.databases("sqlite")


@dataclass
class Shop:
    """A mailbox, and the account that it has elsewhere."""

    database: Database
    url: str

    @property
    def saved(self) -> tuple[int, int]:
        """How many sign-ins and accounts are kept."""
        with self.database.reading() as session:
            return (
                len(session.scalars(select(MailboxGrant)).all()),
                len(session.scalars(select(MailboxFetch)).all()),
            )


@pytest.fixture
def shop(
    database: Database,
    postdesk: Postdesk,
    dovecot: Dovecot,
    token_server: TokenServer,
    monkeypatch: pytest.MonkeyPatch,
) -> Shop:
    for name, value in token_server.settings.items():
        monkeypatch.setenv(f"POSTDESK_{name}", value)
    postdesk("mailbox", "add", SUPPORT)
    token_server.account = user = f"u{uuid4().hex[:12]}@shop.example"
    dovecot.put(user, letter(1, Subject="By a code"))
    return Shop(database, f"imap://{user}@127.0.0.1:{dovecot.port}/INBOX?tls=off")


def test_a_code_is_typed_and_the_mail_is_fetched_from_then_on(
    shop: Shop, postdesk: Postdesk, token_server: TokenServer
) -> None:
    typed = threading.Timer(0.8, token_server.type_code)
    typed.start()
    done = postdesk("mailbox", "fetch", SUPPORT, shop.url, "--oauth", "microsoft")
    typed.join()
    assert f"Open {token_server.url}/devicelogin in any browser" in done.stdout
    assert "type WXYZ-1234 there" in done.stdout
    assert "By a code" in done.stdout
    assert f"The mail of {SUPPORT} is fetched from" in done.stdout
    assert shop.saved == (1, 1)
    assert not [one for one in token_server.tokens if one in done.stdout + done.stderr]
    asked = len(token_server.asked)
    again = postdesk("mailbox", "fetch", SUPPORT, shop.url, "--oauth", "microsoft")
    assert "any browser" not in again.stdout, "the sign-in holds"
    assert "By a code" in postdesk("mailbox", "fetch", SUPPORT, "--test").stdout
    assert len(token_server.asked) == asked
    age(shop.database)
    token_server.withdraw()
    line = said(postdesk("mailbox", "fetch", SUPPORT, "--test"))
    assert "sign in again" in line


@pytest.mark.parametrize(
    ("says", "words"),
    [("access_denied", "It says no: access_denied."), ("expired_token", "expired_token")],
)
def test_what_is_refused_there_saves_nothing(
    shop: Shop, postdesk: Postdesk, token_server: TokenServer, says: str, words: str
) -> None:
    token_server.device_says = says
    line = said(postdesk("mailbox", "fetch", SUPPORT, shop.url, "--oauth", "microsoft"))
    assert words in line
    assert line.endswith("Nothing is saved.")
    assert shop.saved == (0, 0)


def test_somebody_else_who_signed_in_saves_nothing(
    shop: Shop, postdesk: Postdesk, token_server: TokenServer
) -> None:
    token_server.account = "boss@shop.example"
    token_server.type_code()
    line = said(postdesk("mailbox", "fetch", SUPPORT, shop.url, "--oauth", "microsoft"))
    assert "You signed in with Microsoft as boss@shop.example, and not as" in line
    assert shop.saved == (0, 0)


def test_google_is_signed_in_to_in_the_browser(shop: Shop, postdesk: Postdesk) -> None:
    line = said(postdesk("mailbox", "fetch", SUPPORT, "--oauth", "google"))
    assert "/desk/admin/mailboxes/1/fetch, sign in there" in line
    assert shop.saved == (0, 0)


def test_no_other_server_sees_a_token_and_settings_are_named(
    shop: Shop, postdesk: Postdesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = "imaps://me@shop.example@imap.evil.example"
    line = said(postdesk("mailbox", "fetch", SUPPORT, url, "--oauth", "microsoft"))
    assert "opens its own servers alone: outlook.office365.com" in line
    monkeypatch.delenv("POSTDESK_OAUTH_MICROSOFT_CLIENT_ID")
    line = said(postdesk("mailbox", "fetch", SUPPORT, "--oauth", "microsoft"))
    assert "Set POSTDESK_OAUTH_MICROSOFT_CLIENT_ID and" in line

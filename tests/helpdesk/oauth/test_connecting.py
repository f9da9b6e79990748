"""Signing in to a real Dovecot by a token: one that is refused is renewed once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

import pytest

from helpdesk.db import Database
from helpdesk.imap.account import ImapAccount, Tls
from helpdesk.imap.connection import ImapConnection
from helpdesk.imap.trouble import ImapTrouble, TroubleKind
from helpdesk.oauth.connecting import Connect, connect_with
from tests.conftest import MakeSettings
from tests.helpdesk.oauth.signed_in import age, row_of, sign_in
from tests.support.dovecot import PASSWORD, Dovecot
from tests.support.factories import make_shop
from tests.support.token_server import TokenServer

LOGIN = "support@shop.example"

pytestmark = pytest.mark.databases("sqlite")


@dataclass
class SignedIn:
    """A mailbox with a token, and its account."""

    database: Database
    server: TokenServer
    mailbox_id: int
    account: ImapAccount
    connect: Connect

    @contextmanager
    def connection(self) -> Iterator[ImapConnection]:
        made = self.connect(self.account)
        yield made
        made.close()

    def trouble(self) -> ImapTrouble:
        with pytest.raises(ImapTrouble) as told:
            self.connect(self.account)
        return told.value


@pytest.fixture
def signed_in(
    database: Database, make_settings: MakeSettings, token_server: TokenServer, dovecot: Dovecot
) -> SignedIn:
    mailbox_id = make_shop(database).mailbox.id
    sign_in(database, token_server, mailbox_id)
    account = ImapAccount("127.0.0.1", dovecot.port, Tls.OFF, LOGIN, "", by_token=True)
    connect = connect_with(database, make_settings(**token_server.settings), mailbox_id)
    return SignedIn(database, token_server, mailbox_id, account, connect)


def test_the_token_opens_the_mailbox(signed_in: SignedIn) -> None:
    with signed_in.connection() as imap:
        assert imap.open_folder(readonly=True).uid_validity
    assert signed_in.server.asked == []


def test_one_that_the_server_refuses_is_renewed_once(signed_in: SignedIn) -> None:
    signed_in.server.forget_access()
    with signed_in.connection() as imap:
        assert imap.open_folder(readonly=True).uid_validity
    assert len(signed_in.server.asked) == 1


def test_withdrawn_consent_is_said_with_the_providers_words(signed_in: SignedIn) -> None:
    signed_in.server.withdraw()
    trouble = signed_in.trouble()
    assert trouble.kind is TroubleKind.CONSENT
    assert trouble.field == "sign_in"
    assert str(trouble) == (
        "The sign-in with Google or Microsoft does not hold any more: sign in again. "
        "It says: It says no: invalid_grant."
    )


def test_a_server_that_takes_no_new_token_either(signed_in: SignedIn) -> None:
    """As where the administrator has switched IMAP off for the account."""
    signed_in.server.forget_access()
    signed_in.server.opens_mail = False
    trouble = signed_in.trouble()
    assert trouble.kind is TroubleKind.CONSENT
    assert "AUTHENTICATIONFAILED" in trouble.words
    assert len(signed_in.server.asked) == 1
    assert not row_of(signed_in.database).trouble


def test_a_provider_that_is_away_is_no_fault_of_the_sign_in(signed_in: SignedIn) -> None:
    age(signed_in.database)
    signed_in.server.status = 503
    assert signed_in.trouble().kind is TroubleKind.PROVIDER


def test_somebody_elses_token_opens_nothing(signed_in: SignedIn) -> None:
    age(signed_in.database, login="other@shop.example")
    trouble = signed_in.trouble()
    assert (trouble.kind, trouble.words) == (
        TroubleKind.CONSENT,
        "the token is for other@shop.example",
    )


def test_a_password_goes_on_as_before(signed_in: SignedIn) -> None:
    account = replace(signed_in.account, password=PASSWORD, by_token=False)
    signed_in.connect(account, connect=5, read=5).close()
    assert signed_in.server.asked == []

"""The access token of a mailbox: kept, renewed by one process at a time, or gone."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest

from helpdesk.db import Database, connect
from helpdesk.oauth.tokens import access_token
from helpdesk.oauth.trouble import ConsentGone, TokenTrouble
from helpdesk.settings import Settings
from tests.conftest import MakeSettings
from tests.helpdesk.oauth.signed_in import age, row_of, sign_in
from tests.mailgate.filing.door import url_of
from tests.support.factories import Shop, make_shop
from tests.support.token_server import LIVE, TokenServer

LOGIN = "support@shop.example"


@pytest.fixture
def shop(database: Database) -> Shop:
    return make_shop(database)


@pytest.fixture
def set_up(make_settings: MakeSettings, database: Database, token_server: TokenServer) -> Settings:
    return make_settings(DATABASE_URL=url_of(database), **token_server.settings)


@pytest.fixture
def other(set_up: Settings) -> Iterator[Database]:
    """The database as another process has it."""
    made = connect(set_up)
    yield made
    made.dispose()


def test_the_one_that_is_kept_is_asked_of_nobody(
    database: Database, shop: Shop, set_up: Settings, token_server: TokenServer
) -> None:
    token = sign_in(database, token_server, shop.mailbox.id)
    assert access_token(database, set_up, shop.mailbox.id) == (LOGIN, token)
    assert token_server.asked == []
    row = row_of(database)
    assert token not in f"{row.sealed_access_token}{row.sealed_refresh_token}"


def test_one_that_ends_soon_is_renewed_and_what_rotates_is_kept(
    database: Database, shop: Shop, set_up: Settings, token_server: TokenServer
) -> None:
    known = {sign_in(database, token_server, shop.mailbox.id)}
    for _ in range(3):
        age(database)
        login, token = access_token(database, set_up, shop.mailbox.id)
        assert login == LOGIN
        assert LIVE[token] == LOGIN
        known.add(token)
    assert len(known) == 4
    assert len({form["refresh_token"] for form in token_server.asked}) == 3
    assert row_of(database).asked_until is None


def test_one_that_was_refused_is_renewed_once_for_all_who_had_it(
    database: Database, shop: Shop, set_up: Settings, token_server: TokenServer
) -> None:
    old = sign_in(database, token_server, shop.mailbox.id)
    _, new = access_token(database, set_up, shop.mailbox.id, refused=old)
    assert new != old
    assert access_token(database, set_up, shop.mailbox.id, refused=old) == (LOGIN, new)
    assert len(token_server.asked) == 1


def test_of_many_who_want_another_one_asks(
    database: Database, other: Database, shop: Shop, set_up: Settings, token_server: TokenServer
) -> None:
    sign_in(database, token_server, shop.mailbox.id)
    age(database)
    token_server.slow = 0.3
    with ThreadPoolExecutor(4) as pool:
        asked = [
            pool.submit(access_token, one, set_up, shop.mailbox.id)
            for one in (database, other, database, other)
        ]
        tokens = {one.result(20)[1] for one in asked}
    assert len(tokens) == 1
    assert len(token_server.asked) == 1, "the provider takes a second question for theft"
    assert LIVE[tokens.pop()] == LOGIN


def test_one_that_died_while_it_asked_is_waited_for_and_followed(
    database: Database, shop: Shop, set_up: Settings, token_server: TokenServer
) -> None:
    sign_in(database, token_server, shop.mailbox.id)
    age(database)
    age(database, asked_by="dead", asked_until=datetime.now(UTC) + timedelta(seconds=0.6))
    began = time.monotonic()
    access_token(database, set_up, shop.mailbox.id)
    assert time.monotonic() - began > 0.4
    assert len(token_server.asked) == 1


def test_nothing_of_the_database_is_held_while_the_provider_thinks(
    database: Database, other: Database, shop: Shop, set_up: Settings, token_server: TokenServer
) -> None:
    """Somebody signs in meanwhile: theirs stays, and is what everybody gets."""
    sign_in(database, token_server, shop.mailbox.id)
    age(database)
    newer: list[str] = []

    def meanwhile() -> None:
        token_server.before_refresh = lambda: None
        newer.append(sign_in(other, token_server, shop.mailbox.id))

    token_server.before_refresh = meanwhile
    assert access_token(database, set_up, shop.mailbox.id) == (LOGIN, newer[0])
    age(database)
    assert access_token(database, set_up, shop.mailbox.id)[1] != newer[0]


def test_consent_that_was_withdrawn_is_told_and_not_asked_for_again(
    database: Database, shop: Shop, set_up: Settings, token_server: TokenServer
) -> None:
    token = sign_in(database, token_server, shop.mailbox.id)
    token_server.withdraw()
    for _ in range(2):
        with pytest.raises(ConsentGone) as gone:
            access_token(database, set_up, shop.mailbox.id, refused=token)
        assert "sign in again" in str(gone.value)
        assert gone.value.words == "It says no: invalid_grant."
    assert len(token_server.asked) == 1
    assert row_of(database).trouble == "consent"
    again = sign_in(database, token_server, shop.mailbox.id)
    assert access_token(database, set_up, shop.mailbox.id) == (LOGIN, again)


@pytest.mark.parametrize("status", [500, 302, 429])
def test_a_provider_that_is_away_changes_nothing(
    database: Database, shop: Shop, set_up: Settings, token_server: TokenServer, status: int
) -> None:
    sign_in(database, token_server, shop.mailbox.id)
    age(database)
    token_server.status = status
    with pytest.raises(TokenTrouble):
        access_token(database, set_up, shop.mailbox.id)
    assert not row_of(database).trouble
    token_server.status = 200
    assert access_token(database, set_up, shop.mailbox.id)[0] == LOGIN


def test_settings_that_are_gone_or_wrong_are_no_withdrawn_consent(
    database: Database, shop: Shop, set_up: Settings, token_server: TokenServer,
    make_settings: MakeSettings,
) -> None:  # fmt: skip
    sign_in(database, token_server, shop.mailbox.id)
    age(database)
    with pytest.raises(TokenTrouble) as trouble:
        access_token(database, make_settings(), shop.mailbox.id)
    assert "POSTDESK_OAUTH_GOOGLE_CLIENT_ID" in trouble.value.words
    wrong = {**token_server.settings, "OAUTH_GOOGLE_CLIENT_SECRET": "wrong"}
    with pytest.raises(TokenTrouble) as trouble:
        access_token(database, make_settings(**wrong), shop.mailbox.id)
    assert "invalid_client" in trouble.value.words
    assert not row_of(database).trouble


def test_another_secret_opens_nothing(
    database: Database, shop: Shop, set_up: Settings, token_server: TokenServer,
    make_settings: MakeSettings,
) -> None:  # fmt: skip
    sign_in(database, token_server, shop.mailbox.id)
    stranger = connect(make_settings(DATABASE_URL=url_of(database), SECRET_KEY="another" * 8))
    with pytest.raises(ConsentGone) as gone:
        access_token(stranger, set_up, shop.mailbox.id)
    stranger.dispose()
    assert "POSTDESK_SECRET_KEY" in str(gone.value)
    assert not row_of(database).trouble, "the old secret may come back"


def test_a_refresh_token_that_goes_on_is_sealed_by_the_new_secret(
    database: Database, shop: Shop, set_up: Settings, token_server: TokenServer,
    make_settings: MakeSettings,
) -> None:  # fmt: skip
    token_server.rotates = False
    sign_in(database, token_server, shop.mailbox.id)
    age(database)
    where = {"DATABASE_URL": url_of(database), "SECRET_KEY": "another" * 8}
    changed = connect(make_settings(**where, OLD_SECRET_KEYS=set_up.secret_key))
    access_token(changed, set_up, shop.mailbox.id)
    changed.dispose()
    age(database)
    without_the_old = connect(make_settings(**where))
    assert access_token(without_the_old, set_up, shop.mailbox.id)[0] == LOGIN
    without_the_old.dispose()
    assert len({form["refresh_token"] for form in token_server.asked}) == 1


def test_nobody_signed_in(database: Database, shop: Shop, set_up: Settings) -> None:
    with pytest.raises(ConsentGone) as gone:
        access_token(database, set_up, shop.mailbox.id)
    assert str(gone.value) == "Nobody has signed in for this mailbox: do that."


@pytest.mark.databases("sqlite")
def test_no_token_stands_in_the_log(
    database: Database, shop: Shop, set_up: Settings, token_server: TokenServer,
    capfd: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    sign_in(database, token_server, shop.mailbox.id)
    age(database)
    _, token = access_token(database, set_up, shop.mailbox.id)
    token_server.withdraw()
    thread = threading.Thread(target=lambda: _gone(database, set_up, shop.mailbox.id, token))
    thread.start()
    thread.join(10)
    said = "".join(capfd.readouterr())
    assert "token_refreshed" in said
    assert "token_refused" in said
    assert not [one for one in token_server.tokens if one and one in said]
    assert LOGIN not in said


def _gone(database: Database, settings: Settings, mailbox_id: int, token: str) -> None:
    with suppress(ConsentGone):
        access_token(database, settings, mailbox_id, refused=token)

"""Fetching by an access token from a real Dovecot: renewed by itself, and told where it is gone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from sqlalchemy import delete, select

from helpdesk.actions.grant_mailbox import forget_grant
from helpdesk.actions.watch_mail import watch_mail
from helpdesk.actor import SYSTEM
from helpdesk.imap.trouble import TroubleKind
from helpdesk.models import Alarm, AlarmKind, FetchedMail, MailboxGrant
from helpdesk.queries.database_clock import database_time
from helpdesk.queries.fetches import NO_SIGN_IN, is_lasting
from mailgate.fetch.account_thread import AccountThread, FetchAccount
from mailgate.fetch.catch_up import FetchPlace
from mailgate.fetch.fetcher import Fetcher
from tests.conftest import MakeSettings
from tests.helpdesk.oauth.signed_in import age, row_of, sign_in
from tests.mailgate.fetch.fetching import Fetching, letter
from tests.support.servers import wait_until
from tests.support.token_server import TokenServer

pytestmark = pytest.mark.databases("sqlite")


@pytest.fixture
def by_token(
    fetching: Fetching, make_settings: MakeSettings, token_server: TokenServer
) -> Fetching:
    """A mailbox that is fetched by a token, and no password."""
    token_server.account = fetching.user = f"{fetching.user}@shop.example"
    fetching.settings = make_settings(
        DATABASE_URL=fetching.settings.database_url, AUTH="off", **token_server.settings
    )
    sign_in(fetching.database, token_server, fetching.shop.mailbox.id)
    fetching.set(by_token=True, password="")
    return fetching


@pytest.fixture
def fetcher(by_token: Fetching) -> Iterator[Fetcher]:
    made = Fetcher(by_token.settings, by_token.database, by_token.spool)
    yield made
    made.close()


def test_it_is_fetched_by_a_token_and_renewed_when_that_is_over(
    by_token: Fetching, fetcher: Fetcher, token_server: TokenServer
) -> None:
    by_token.put(letter(1))
    fetcher.look()
    wait_until("the mail is here", by_token.spool.names)
    wait_until("it is written down", lambda: by_token.row.checked_at)
    assert token_server.asked == []
    age(by_token.database)
    fetcher.close()
    by_token.put(letter(2))
    fetcher.look()
    wait_until("the next one, too", lambda: len(by_token.spool.names()) == 2)
    assert len(token_server.asked) == 1
    assert [mail.ticket_id is not None for mail in by_token.file_all()] == [True, True]


def test_consent_that_is_withdrawn_is_told_and_signing_in_again_mends_it(
    by_token: Fetching, fetcher: Fetcher, token_server: TokenServer
) -> None:
    token_server.withdraw()
    by_token.put(letter(1))
    fetcher.look()
    wait_until("it is told", lambda: by_token.row.trouble)
    view = by_token.view
    assert view.trouble == TroubleKind.CONSENT
    assert "sign in again" in view.sentence
    assert view.words == "It says no: invalid_grant."
    assert row_of(by_token.database).trouble
    with by_token.database.transaction() as session:
        now = database_time(session)
        assert is_lasting(view, now), "nobody waits: it does not pass by itself"
        watch_mail(session, canary=False, now=now)
        alarm = session.scalars(select(Alarm).where(Alarm.kind == AlarmKind.FETCH)).one()
        assert "sign in again" in alarm.facts["sentence"]
    asked = len(token_server.asked)
    fetcher.look()
    assert len(token_server.asked) == asked, "a provider that said no is left in peace"
    sign_in(by_token.database, token_server, by_token.shop.mailbox.id)
    fetcher.look()
    wait_until("the mail is here", lambda: fetcher.look() or by_token.spool.names())
    wait_until("nothing is wrong any more", lambda: not by_token.row.trouble)


def test_a_provider_that_is_away_is_waited_for(
    by_token: Fetching,
    fetcher: Fetcher,
    token_server: TokenServer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("helpdesk.actions.fetch_mail.RESTS", (0.2,))
    age(by_token.database)
    token_server.status = 503
    by_token.put(letter(1))
    fetcher.look()
    wait_until("it is told", lambda: by_token.row.trouble == TroubleKind.PROVIDER)
    with by_token.database.reading() as session:
        assert not is_lasting(by_token.view, database_time(session)), "it may pass"
    token_server.status = 200
    wait_until("the mail is here", by_token.spool.names)


def test_from_a_password_to_a_token_it_goes_on_where_it_was(
    by_token: Fetching, fetcher: Fetcher
) -> None:
    before = by_token.set()
    by_token.put(letter(1))
    fetcher.look()
    wait_until("the mail is here", by_token.spool.names)
    wait_until("it is written down", lambda: by_token.row.checked_at)
    after = by_token.set(by_token=True, password="")
    assert (after.id, after.sealed_password) == (before.id, "")
    by_token.put(letter(2))
    wait_until("the next", lambda: fetcher.look() or len(by_token.spool.names()) == 2)
    with by_token.database.reading() as session:
        assert len(session.scalars(select(FetchedMail)).all()) == 2


def test_a_sign_in_that_is_forgotten_ends_the_connection(
    by_token: Fetching, fetcher: Fetcher, token_server: TokenServer
) -> None:
    by_token.put(letter(1))
    fetcher.look()
    wait_until("the mail is here", by_token.spool.names)
    wait_until("it is written down", lambda: by_token.row.checked_at)
    with by_token.database.transaction() as session:
        forget_grant(session, SYSTEM, by_token.shop.mailbox.id, now=datetime.now(UTC))
    assert by_token.view.trouble == NO_SIGN_IN, "it is said at once"
    assert by_token.view.sentence.startswith("Nobody has signed in for this mailbox")
    wait_until(
        "the fetcher knows", lambda: fetcher.look() or by_token.row.trouble == TroubleKind.CONSENT
    )
    by_token.put(letter(2))
    fetcher.look()
    assert len(by_token.spool.names()) == 1, "nothing is fetched by what was forgotten"
    sign_in(by_token.database, token_server, by_token.shop.mailbox.id)
    wait_until("the next", lambda: fetcher.look() or len(by_token.spool.names()) == 2)
    assert not by_token.view.trouble


@pytest.mark.parametrize("gone", [True, False])
def test_an_open_connection_ends_when_its_sign_in_holds_no_more(
    by_token: Fetching, gone: bool
) -> None:
    """Also where nobody set the fetching anew: whoever asks for tokens may find out elsewhere."""

    def started(place: FetchPlace, wanted: FetchAccount) -> AccountThread:
        threads.append(AccountThread(place, wanted, idle_for=0.1))
        return threads[0]

    threads: list[AccountThread] = []
    fetcher = Fetcher(by_token.settings, by_token.database, by_token.spool, start=started)
    try:
        fetcher.look()
        wait_until("it is connected", lambda: by_token.row.checked_at)
        if gone:
            with by_token.database.transaction() as session:
                session.execute(delete(MailboxGrant))
        else:
            age(by_token.database, trouble="consent", words="It says no.")
        wait_until("it is told", lambda: by_token.row.trouble == TroubleKind.CONSENT)
        assert by_token.row.words == ("" if gone else "It says no.")
        assert threads[0].is_alive(), "it waits, to try again later"
    finally:
        fetcher.close()

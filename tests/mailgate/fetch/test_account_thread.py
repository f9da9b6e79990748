"""A thread that fetches from a real Dovecot: it hears of new mail, waits, and comes back."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from helpdesk.imap.account import ImapAccount
from helpdesk.imap.connection import ImapConnection, NoIdle
from helpdesk.imap.trouble import TroubleKind
from mailgate.fetch.account_thread import AccountThread, FetchAccount
from tests.mailgate.fetch.fetching import Fetching, letter
from tests.support.dovecot import Dovecot
from tests.support.servers import wait_until

pytestmark = pytest.mark.databases("sqlite")


@contextmanager
def running(
    fetching: Fetching, account: ImapAccount | None = None, **how: Any
) -> Iterator[AccountThread]:
    place = fetching.place()
    thread = AccountThread(place, FetchAccount(account or fetching.account, None), **how)
    thread.start()
    try:
        yield thread
    finally:
        thread.stop()
        thread.join(5)
        assert not thread.is_alive()


def test_new_mail_is_heard_of_at_once(fetching: Fetching) -> None:
    fetching.set()
    with running(fetching):
        wait_until("it looked", lambda: fetching.row.checked_at)
        for number in (1, 2):
            fetching.put(letter(number))
            began = time.monotonic()
            wait_until("the mail is here", lambda n=number: len(fetching.spool.names()) == n)
            assert time.monotonic() - began < 5
    assert not fetching.row.holder, "it is free for another at once"
    fetching.check_balance(2)


def test_a_server_that_tells_of_nothing_is_asked(fetching: Fetching) -> None:
    class Mute(ImapConnection):
        def wait(self, seconds: float) -> None:
            raise NoIdle

    fetching.set()
    with running(fetching, connect=Mute, idle_for=0.05):
        wait_until("it looked", lambda: fetching.row.checked_at)
        fetching.put(letter(1))
        wait_until("the mail is here", fetching.spool.names)


def test_a_wrong_password_is_told_and_not_tried_at_once(fetching: Fetching) -> None:
    fetching.set()
    wrong = ImapAccount("127.0.0.1", fetching.dovecot.port, fetching.account.tls, "u", "wrong")
    with running(fetching, wrong):
        wait_until("it is told", lambda: fetching.row.trouble)
    view = fetching.view
    assert view.trouble == TroubleKind.REFUSED
    assert view.sentence == "The server refuses the user name or the password."
    assert "AUTHENTICATIONFAILED" in view.words
    assert view.next_try_at
    assert view.next_try_at - datetime.now(UTC) > timedelta(minutes=4)


def test_a_secret_that_is_gone_is_told(fetching: Fetching) -> None:
    fetching.set()
    place = fetching.place()
    thread = AccountThread(place, FetchAccount(None, None))
    thread.start()
    wait_until("it is told", lambda: fetching.row.trouble)
    thread.stop()
    thread.join(5)
    assert fetching.row.trouble == TroubleKind.SEALED


def test_a_server_that_is_away_comes_back_by_itself(
    fetching: Fetching, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("helpdesk.actions.fetch_mail.RESTS", (0.2,))
    with Dovecot() as own:
        fetching.dovecot = own
        fetching.set()
        with running(fetching) as thread:
            wait_until("it waits", lambda: fetching.row.checked_at and thread._imap)
            own.stop()
            assert thread._imap
            thread._imap.abort()  # who waits in IDLE is told by Dovecot only after some seconds
            wait_until("it is told", lambda: fetching.row.trouble == TroubleKind.UNREACHABLE)
            own.start()
            fetching.put(letter(1))
            wait_until("the mail is here", fetching.spool.names)
            wait_until("nothing is wrong any more", lambda: not fetching.row.trouble)


def test_one_that_was_set_anew_is_left(fetching: Fetching) -> None:
    fetching.set()
    place = fetching.place()
    thread = AccountThread(place, FetchAccount(fetching.account, None), idle_for=0.1)
    thread.start()
    wait_until("it looked", lambda: fetching.row.checked_at)
    fetching.set(days=1)
    thread.join(5)
    assert not thread.is_alive()


def test_it_ends_while_a_server_says_nothing(fetching: Fetching) -> None:
    fetching.set()
    before = threading.active_count()
    with running(fetching):
        wait_until("it looked", lambda: fetching.row.checked_at)
        began = time.monotonic()
    assert time.monotonic() - began < 2
    assert threading.active_count() == before

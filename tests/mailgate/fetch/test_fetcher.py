"""The fetcher: a thread for each account, as the database has them; one a spool."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from helpdesk.actions.set_fetch import stop_fetch
from helpdesk.actions.stop_mailbox import pause_mailbox, resume_mailbox
from helpdesk.actor import SYSTEM
from mailgate.fetch.fetcher import Fetcher, SecondFetcher
from tests.mailgate.fetch.fetching import Fetching, letter
from tests.mailgate.filing.mails import NOW, SUPPORT
from tests.support.servers import wait_until

pytestmark = pytest.mark.databases("sqlite")


@pytest.fixture
def fetcher(fetching: Fetching) -> Iterator[Fetcher]:
    made = Fetcher(fetching.settings, fetching.database, fetching.spool)
    yield made
    made.close()


def test_it_fetches_what_is_to_be_fetched(fetching: Fetching, fetcher: Fetcher) -> None:
    fetcher.look()
    fetching.set()
    fetching.put(letter(1))
    fetcher.look()
    wait_until("the mail is here", fetching.spool.names)
    wait_until("it is written down", lambda: fetching.row.checked_at)
    with fetching.database.transaction() as session:
        stop_fetch(session, SYSTEM, SUPPORT, now=NOW)
    fetcher.look()
    assert fetcher._threads == {}


def test_nothing_is_fetched_for_a_mailbox_that_is_paused(
    fetching: Fetching, fetcher: Fetcher
) -> None:
    fetching.set()
    fetching.put(letter(1))
    with fetching.database.transaction() as session:
        pause_mailbox(session, SYSTEM, SUPPORT, now=NOW)
    fetcher.look()
    assert fetcher._threads == {}
    assert fetching.view.paused
    with fetching.database.transaction() as session:
        resume_mailbox(session, SYSTEM, SUPPORT, now=NOW)
    fetcher.look()
    wait_until("the mail is here", fetching.spool.names)


def test_what_another_machine_holds_is_left_to_it(fetching: Fetching, fetcher: Fetcher) -> None:
    fetching.set()
    fetching.place("another machine")
    fetcher.look()
    assert fetcher._threads == {}


def test_a_second_one_on_a_spool_does_not_start(fetching: Fetching, fetcher: Fetcher) -> None:
    import os

    lock = fetcher._lock_spool()
    try:
        with pytest.raises(SecondFetcher, match="One is enough"):
            Fetcher(fetching.settings, fetching.database, fetching.spool).run()
    finally:
        os.close(lock)

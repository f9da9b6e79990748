"""The fetcher: a thread for each account, as the database has them; one a spool."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
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
    lock = fetcher._lock_spool()
    try:
        with pytest.raises(SecondFetcher, match="One is enough"):
            Fetcher(fetching.settings, fetching.database, fetching.spool).run()
    finally:
        os.close(lock)


def test_killed_again_and_again_it_loses_nothing_and_brings_nothing_twice(
    fetching: Fetching,
) -> None:
    """The process itself, by ``kill -9``, in the midst of some hundreds of mails."""
    mails = [letter(number, Message_ID="", Date="") for number in range(200)]
    fetching.set()
    fetching.put(*mails)
    settings = fetching.settings
    environment = {
        **os.environ,
        "POSTDESK_DATA_DIR": str(settings.data_dir),
        "POSTDESK_DATABASE_URL": settings.database_url,
        "POSTDESK_SECRET_KEY": settings.secret_key,
    }
    for until in (40, 120, None):
        process = subprocess.Popen(
            [sys.executable, "-m", "commands", "mailgate", "--only", "fetcher"],
            env=environment,
            stderr=subprocess.DEVNULL,
        )
        try:
            if until is None:
                wait_until("all is here", lambda: fetching.row.caught_up, seconds=60)
            else:
                wait_until("some are here", lambda n=until: len(fetching.rows) >= n, seconds=60)
        finally:
            process.kill()
            process.wait()
    fetching.spool.tidy(settled=0)
    came = Counter(fetching.waiting)
    assert came == Counter(mails)
    fetching.check_balance(len(mails))

"""What the filer remembers of each waiting mail."""

from __future__ import annotations

import os
import time
from concurrent.futures import Future

import pytest

from helpdesk.blobs import Blobs
from helpdesk.mail_in.incoming import Arrival
from mailgate.authenticate import Authentication, Authenticator
from mailgate.filing.fair_shares import Claim, Lane
from mailgate.filing.prepared_mail import PreparedMail
from mailgate.filing.read_pool import ReadPool
from mailgate.filing.waiting_mails import MOST_TRIES, REST, WaitingMails, WaitingStage
from mailgate.parse import ParsedMail
from mailgate.spool.spool import Spool
from tests.conftest import MakeSettings
from tests.mailgate.filing.mails import NOW, put, write
from tests.support.process_tree import resident_bytes

READY, IN_CHECK = WaitingStage.READY, WaitingStage.IN_CHECK
SPOOL, SLOW = WaitingStage.IN_SPOOL, WaitingStage.IN_SLOW_POOL


def prepared(name: str, check: Future[Authentication] | None = None) -> PreparedMail:
    arrival = Arrival(name, "", 0, "", True, "", (), "", NOW)
    return PreparedMail(name, arrival, ParsedMail(), sender_check=check)


def turns(waiting: WaitingMails, lane: Lane = Lane.FIRST) -> list[str]:
    """Who is to be read now, in this order."""
    found = []
    while claim := waiting.take(lane):
        found.append(claim.name)
    return found


def names(waiting: WaitingMails) -> list[str]:
    return [mail.name for mail in waiting.ready()]


def test_a_mail_that_nothing_is_known_of_stands_in_the_spool() -> None:
    waiting = WaitingMails()
    assert (waiting["a"].stage, waiting["a"].tries, waiting["a"].prepared) == (SPOOL, 0, None)
    assert "a" not in waiting
    assert waiting.count(*WaitingStage) == 0, "to be asked about is no reason to be remembered"


def test_a_mail_is_read_once_at_a_time() -> None:
    waiting = WaitingMails()
    for name in ("slow", "in check", "ready", "failed once"):
        waiting.expect(Claim(name, name))
    assert turns(waiting) == ["failed once", "in check", "ready", "slow"]
    waiting.read_slowly(Claim("slow", "slow"))
    waiting.prepare(prepared("in check", Future()))
    waiting.prepare(prepared("ready"))
    waiting.fail("failed once")
    assert turns(waiting) == []
    waiting.begin_anew(0)
    assert turns(waiting) == ["failed once"]
    assert turns(waiting, Lane.SLOW) == ["slow"]
    waiting.return_to_spool("slow")
    waiting.return_to_spool("ready")
    waiting.begin_anew(0)
    assert turns(waiting) == []
    assert turns(waiting, Lane.SLOW) == ["slow"], "it had its first try"
    assert waiting.count(*WaitingStage) == 4


def test_a_mail_that_was_forgotten_meanwhile_is_not_begun_anew() -> None:
    waiting = WaitingMails()
    waiting.expect(Claim("a", "a"))
    assert turns(waiting) == ["a"]
    waiting.fail("a")
    waiting.forget("a")
    waiting.begin_anew(0)
    assert turns(waiting) == []


def test_mails_are_ready_in_the_order_in_which_they_became_so() -> None:
    waiting = WaitingMails()
    check: Future[Authentication] = Future()
    waiting.read_slowly(Claim("a", "a"))
    waiting.prepare(prepared("b", check))
    waiting.prepare(prepared("c"))
    waiting.prepare(prepared("a"))
    waiting.settle_checks(10)
    assert names(waiting) == ["c", "a"]
    check.set_result(Authentication("none", ()))
    waiting.settle_checks(10)
    assert names(waiting) == ["c", "a", "b"]
    waiting.forget("c")
    assert names(waiting) == ["a", "b"]


def test_only_so_many_become_ready_at_once() -> None:
    waiting = WaitingMails()
    checks: list[Future[Authentication]] = [Future() for _ in range(3)]
    for number, check in enumerate(checks):
        waiting.prepare(prepared(str(number), check))
        check.set_result(Authentication("none", ()))
    waiting.settle_checks(0)
    assert names(waiting) == []
    waiting.settle_checks(2)
    assert names(waiting) == ["0", "1"]
    assert (waiting.count(IN_CHECK), waiting.count(READY)) == (1, 2)


def test_the_last_failure_is_told() -> None:
    waiting = WaitingMails()
    waiting.read_slowly(Claim("a", "a"))
    assert [waiting.fail("a") for _ in range(MOST_TRIES)] == [False] * (MOST_TRIES - 1) + [True]
    assert waiting["a"].stage is SPOOL


def test_failures_to_read_do_not_count_when_it_is_filed() -> None:
    waiting = WaitingMails()
    waiting.fail("a")
    waiting.fail("a")
    waiting.prepare(prepared("a"))
    assert not waiting.fail("a")
    assert waiting["a"].stage is READY


def test_after_a_rest_a_mail_begins_anew() -> None:
    waiting = WaitingMails()
    waiting.expect(Claim("a", "a"))
    turns(waiting)
    for _ in range(MOST_TRIES):
        waiting.fail("a")
    waiting.rest("a", 1000.0)
    waiting.begin_anew(1000.0 + REST - 1)
    assert turns(waiting) == []
    assert "a" in waiting
    waiting.begin_anew(1000.0 + REST)
    assert "a" not in waiting, "whoever looks into the spool finds it as if it were new"
    assert waiting["a"].tries == 0


def test_a_hundred_thousand_waiting_mails_cost_one_listing_and_little_memory(
    make_settings: MakeSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = make_settings(AUTH="off")
    spool, waiting = Spool(settings.spool_dir), WaitingMails()
    blobs, authenticator = Blobs(settings.blob_url), Authenticator(settings)
    pool = ReadPool(spool, blobs, authenticator, waiting, lambda: NOW)
    for sender in range(10):
        name = put(spool, write(), mail_from=f"ann@mail{sender}.example")
        for number in range(9_999):  # a file system has room for so many links, and not for more
            os.link(spool.path(name), spool.path(f"{name}.{number:04d}"))
    lists, listed = 0, spool.names

    def counted() -> list[str]:
        nonlocal lists
        lists += 1
        return listed()

    monkeypatch.setattr(spool, "names", counted)
    before, filed = resident_bytes(os.getpid()), 0
    while waiting.count(*WaitingStage) + filed < 100_000:
        pool.prepare(20, time.monotonic())
        for mail in waiting.ready():
            spool.remove(mail.name)
            waiting.forget(mail.name)
            filed += 1
    pool.close()
    assert filed > 20  # mails are read, while others are still looked at
    assert lists == 1
    assert resident_bytes(os.getpid()) - before < 100_000 * 600

"""Things break; mail is still taken, nothing is lost, and all heals by itself."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bench import faults
from bench.burst import kill_tree
from tests.support.running import RunningPostdesk
from tests.support.servers import PostgreSQL, wait_until
from tests.support.story import Shop

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


@pytest.fixture
def shop_on_postgresql(tmp_path: Path, own_postgresql: PostgreSQL) -> Iterator[Shop]:
    with RunningPostdesk(tmp_path, DATABASE_URL=own_postgresql.url()) as postdesk:
        shop = Shop(postdesk)
        yield shop
        shop.database.dispose()


def test_with_the_database_down_mail_is_taken_and_filed_later(
    shop_on_postgresql: Shop, own_postgresql: PostgreSQL
) -> None:
    shop = shop_on_postgresql
    ann = shop.customer("ann@mail.example")
    own_postgresql.stop(crash=True)

    mail = ann.writes("Sent while the database was down")
    assert shop.postdesk.get_status("/readyz") == 503
    assert shop.postdesk.get_status("/healthz") == 200
    assert shop.postdesk.get_status("/desk/login") in (200, 503), "no stack trace"
    own_postgresql.start()

    ticket = shop.ticket_of(mail)
    ann.receives(ticket.number)
    wait_until("it is ready again", lambda: shop.postdesk.get_status("/readyz") == 200)


def test_with_redis_dead_mail_comes_in_and_leaves(own_shop: Shop) -> None:
    (server,) = own_shop.postdesk.parts(faults.REDIS)
    kill_tree(server.pid)
    ann = own_shop.customer("ann@mail.example")
    ticket = own_shop.ticket_of(ann.writes("Sent while Redis was down"))
    assert own_shop.postdesk.get_status("/readyz") == 200
    wait_until("Redis runs again", lambda: own_shop.postdesk.parts(faults.REDIS), seconds=10)
    wait_until("it is answered", lambda: ann.inbox, seconds=60)
    assert ticket.number in str(ann.inbox[0]["Subject"])


def test_a_stop_and_a_start_keep_everything(own_shop: Shop) -> None:
    ann = own_shop.customer("ann@mail.example")
    ticket = own_shop.ticket_of(ann.writes("Written before the stop"))
    own_shop.postdesk.stop(seconds=5)
    own_shop.postdesk.start()
    answer = ann.answers(ann.receives(ticket.number), "Written after it.")
    assert own_shop.ticket_of(answer).id == ticket.id


def test_killed_at_random_nothing_is_lost() -> None:
    outcome = faults.run("kill", faults.kill_parts, mails=100, seed=7)
    assert outcome.counts.accepted == 100
    assert outcome.holds, outcome


def test_killed_all_at_once_nothing_is_lost() -> None:
    outcome = faults.run("kill everything", faults.kill_everything, mails=100, seed=7)
    assert outcome.counts.accepted == 100
    assert outcome.holds, outcome

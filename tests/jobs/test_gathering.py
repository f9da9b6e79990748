"""In a burst notifications are gathered for a moment; the first of them, and answers, are not."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from helpdesk.db import Database
from helpdesk.mail_out import outbox
from jobs import deliver as deliver_module
from jobs.deliver import Deliverer
from tests.jobs.deliveries import put
from tests.support.clock import FakeClock
from tests.support.statements import asked_of


@pytest.mark.databases("sqlite")
def test_the_second_of_two_drains_waits_and_a_stop_ends_that(
    deliverer: Callable[..., Deliverer], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deliver_module, "GATHERED_FOR", 600)
    worker = deliverer()
    worker.gather("notifications")
    worker.gather("answers")
    second = threading.Thread(target=worker.gather, args=("notifications",))
    second.start()
    second.join(0.2)
    assert second.is_alive()
    assert worker.busy
    worker.stop()
    second.join(30)
    assert not second.is_alive()
    assert not worker.busy
    worker.close()


def test_what_became_due_while_a_drain_sent_leaves_by_the_same_one(
    database: Database,
    clock: FakeClock,
    deliverer: Callable[..., Deliverer],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    worker = deliverer()
    put(database, clock)
    send = worker._send

    def send_and_put(*args: object) -> None:
        monkeypatch.setattr(worker, "_send", send)
        send(*args)  # type: ignore[arg-type]
        put(database, clock)

    monkeypatch.setattr(worker, "_send", send_and_put)
    assert worker.drain("answers") == 2


def test_where_nothing_more_is_due_nothing_is_claimed_once_more(
    database: Database, clock: FakeClock, deliverer: Callable[..., Deliverer]
) -> None:
    put(database, clock, 2)
    worker = deliverer()
    with asked_of(database) as asked:
        assert worker.drain("answers") == 2
    assert sum("FROM outbound_mail" in one and "next_attempt_at <=" in one for one in asked) == 2
    with database.reading() as session:
        assert outbox.queues_due(session, clock()) == frozenset()

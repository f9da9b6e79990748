"""Leases: held while a mail is sent, by nobody else."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import pytest

from helpdesk.db import Database
from jobs import lease as lease_module
from jobs.deliver import Deliverer
from tests.jobs.deliveries import make_sweep, put, rows
from tests.support.clock import FakeClock
from tests.support.relay import ScriptedRelay, Slow


def test_a_lease_is_renewed_while_a_relay_is_slow_and_nobody_else_sends(
    database: Database,
    relay: ScriptedRelay,
    clock: FakeClock,
    deliverer: Callable[..., Deliverer],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(lease_module, "RENEW_EVERY", 0.1)
    put(database, clock, 2)
    relay.plan("content", Slow(0.45), Slow(0.45))
    worker = deliverer()
    thread = threading.Thread(target=worker.drain, args=("answers",))
    thread.start()
    sweep = make_sweep(database, deliverer(), clock)
    while thread.is_alive():
        clock.advance(10)  # wall time flies: each renewal moves the lease on
        sweep.sweep()
        time.sleep(0.05)
    thread.join()
    assert len(relay.mails) == 2
    assert [a.outcome for mail in rows(database) for a in mail.attempts] == ["sent", "sent"]

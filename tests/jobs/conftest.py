"""A relay that does what the test says, and a worker that sends through it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from helpdesk.db import Database
from helpdesk.settings import Settings
from helpdesk.submission.session import Timeouts
from jobs.deliver import Deliverer
from jobs.relay import Relays, SmtpRelay
from tests.jobs.deliveries import QUICK, named_relay
from tests.support.clock import FakeClock
from tests.support.relay import ScriptedRelay, make_certificate


@pytest.fixture
def relay() -> Iterator[ScriptedRelay]:
    with ScriptedRelay() as made:
        yield made


@pytest.fixture
def deliverer(
    settings: Settings, database: Database, relay: ScriptedRelay, clock: FakeClock
) -> Callable[..., Deliverer]:
    def make(*others: ScriptedRelay, timeouts: Timeouts = QUICK) -> Deliverer:
        named = [named_relay(each) for each in (relay, *others)]
        senders = Relays(
            [SmtpRelay(each, own_name="localhost", timeouts=timeouts) for each in named]
        )
        return Deliverer(settings, database, senders=senders, clock=clock)

    return make


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    return make_certificate(tmp_path_factory.mktemp("tls"))

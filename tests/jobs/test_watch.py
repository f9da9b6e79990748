"""The watch: looks once a minute; what fails in it holds up nothing else."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from helpdesk.db import Database
from helpdesk.models import Canary
from jobs.watch import EVERY, Watch
from tests.conftest import MakeSettings
from tests.support.clock import FakeClock
from tests.support.factories import make_shop

pytestmark = pytest.mark.databases("sqlite")
RELAY = "smtp://127.0.0.1:9"


def canaries(database: Database) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(Canary)) or 0


def test_a_canary_is_sent_at_the_first_look_a_minute_after_the_start(
    database: Database, make_settings: MakeSettings, clock: FakeClock
) -> None:
    make_shop(database)
    settings = make_settings(CANARY="support@shop.example", RELAY_URL=RELAY)
    now = [0.0]
    watch = Watch(settings, database, clock=clock, monotonic=lambda: now[0])
    watch.look_if_due()
    assert canaries(database) == 0
    now[0] = EVERY
    watch.look_if_due()
    watch.look_if_due()
    assert canaries(database) == 1


def test_none_is_sent_where_mails_are_only_captured(
    database: Database, make_settings: MakeSettings, clock: FakeClock
) -> None:
    make_shop(database)
    settings = make_settings(CANARY="support@shop.example", RELAY_URL="capture:")
    Watch(settings, database, clock=clock).look()
    assert canaries(database) == 0


def test_an_address_that_is_no_mailbox_stops_nothing(
    database: Database, make_settings: MakeSettings, clock: FakeClock
) -> None:
    make_shop(database)
    settings = make_settings(CANARY="nobody@shop.example", RELAY_URL=RELAY)
    Watch(settings, database, clock=clock).look()
    assert canaries(database) == 0

"""What one machine knows of the gateways on the others."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from helpdesk.actions.report_part import Here, report_part
from helpdesk.actor import SYSTEM
from helpdesk.db import Database
from helpdesk.models import InboundMail
from helpdesk.queries.database_clock import database_time
from helpdesk.queries.gateways import gateways, running_parts
from helpdesk.queries.ledger import current_ledger
from helpdesk.queries.ledger_hours import ledger_hours
from helpdesk.queries.mail_watch import alarms
from tests.conftest import MakeSettings
from tests.mailgate.filing.mails import recorded
from tests.support.factories import make_shop
from tests.support.gateways import MadeGateway, Pair, pair

__all__ = ["pair"]


def counts(gateway: MadeGateway) -> tuple[int, int, int]:
    """As its machine sees the whole: accepted, waiting, difference."""
    ledger = current_ledger(gateway.settings.spool_dir, gateway.database, tries=1)
    return ledger.accepted, ledger.waiting, ledger.difference


def test_every_mail_carries_its_gateway_and_the_ledger_is_one_on_both(
    pair: Pair, database: Database, tmp_path: Path
) -> None:
    first, second = pair
    first.takes("One", "Two")
    second.takes("Three")
    first.files()
    second.takes("Four")
    for one in pair:
        one.tells()
    assert [row.gateway_id for row in recorded(database)] == [first.row.id] * 2
    assert counts(first) == counts(second) == (4, 2, 0)
    # A machine with no spool at all, such as one that only serves pages.
    assert current_ledger(tmp_path / "none", database, tries=1).difference == 0
    second.files()
    assert counts(first) == counts(second) == (4, 0, 0), "although it told nothing since"
    second.tells()
    assert counts(first) == (4, 0, 0)


def test_a_mail_that_is_nowhere_is_missed_on_the_other_machine_too(
    pair: Pair, database: Database
) -> None:
    first, second = pair
    (name, _) = second.takes("One", "Two")
    second.spool.path(name).unlink()
    second.tells()
    assert counts(first) == counts(second) == (2, 1, 1)
    second.files()
    second.tells()
    assert counts(first)[2] == 1
    with database.transaction() as session:
        session.delete(session.get_one(InboundMail, recorded(database)[0].id))
    assert counts(first)[2] == 2, "a row that went is missed at once"


def test_what_came_before_gateways_had_names_is_the_firsts(
    database: Database, database_url: str, make_settings: MakeSettings, tmp_path: Path
) -> None:
    make_shop(database)
    settings = make_settings(DATABASE_URL=database_url, DATA_DIR=str(tmp_path / "a"), GATEWAY="mx1")
    old = MadeGateway(settings, database)
    old.takes("Before")
    old.row.id = None  # type: ignore[assignment]
    old.files()
    old.tells()
    other = MadeGateway(
        make_settings(DATABASE_URL=database_url, DATA_DIR=str(tmp_path / "b"), GATEWAY="mx2"),
        database,
    )
    other.takes("After")
    other.files()
    other.tells()
    assert [row.gateway_id for row in recorded(database)] == [None, other.row.id]
    assert counts(old) == counts(other) == (2, 0, 0)
    old.close()
    other.close()


@pytest.mark.databases("postgresql")  # with SQLite there is one machine
def test_the_hours_balance_wherever_they_are_asked_for(pair: Pair, database: Database) -> None:
    first, second = pair
    first.takes("One")
    second.takes("Two", "Three")
    for one in pair:
        one.files()
    second.takes("Four")
    for one in pair:
        one.tells()
    for one in pair:
        hour = ledger_hours(
            one.settings.spool_dir, database, SYSTEM, now=datetime.now(UTC), hours=3, tries=1
        )
        assert sum(at.accepted for at in hour) == 4
        assert sum(at.waiting for at in hour) == 1
        assert not any(at.difference for at in hour)


def test_a_stopped_filer_is_named(pair: Pair, database: Database) -> None:
    first, second = pair
    for one in pair:
        one.tells()
    second.takes("One")
    with database.reading() as session:
        assert not alarms(session)
    second.was_last_heard(timedelta(seconds=13))
    second.tells("door")
    with database.reading() as session:
        found = {one.name: one for one in gateways(session)}
        assert (found["mx1"].stopped, found["mx2"].stopped) == ((), ("filer",))
        (alarm,) = alarms(session)
    assert alarm.facts == {"name": "mx2", "parts": ("filer",), "waiting": 1}, "the door counts on"
    first.tells()
    second.tells()
    with database.reading() as session:
        assert not alarms(session)
        assert [(one.part, one.lives) for one in running_parts(session)] == [
            ("door", True),
            ("filer", True),
        ] * 2


def test_a_machine_that_was_taken_away_is_named_for_a_day_and_a_lost_gateway_for_good(
    pair: Pair, database: Database
) -> None:
    _, second = pair
    second.tells()
    with database.transaction() as session:
        long_ago = database_time(session) - timedelta(days=1, minutes=1)
        today = long_ago + timedelta(minutes=2)
        for place, seen in (("web gone", long_ago), ("web today", today)):
            report_part(session, Here(place, place, "1.0"), "web", now=seen)
        report_part(session, Here(second.row.place, "mx2", "1.0"), "web", now=long_ago)
    with database.reading() as session:
        named = {one.machine for one in running_parts(session) if one.part == "web"}
    assert named == {"web today", "mx2"}


def test_two_of_one_name_are_told_apart(
    database: Database, database_url: str, make_settings: MakeSettings, tmp_path: Path
) -> None:
    """Machines that are copies of one have its name."""
    for folder in ("a", "b"):
        settings = make_settings(
            DATABASE_URL=database_url, DATA_DIR=str(tmp_path / folder), GATEWAY="mx"
        )
        MadeGateway(settings, database).close()
    with database.reading() as session:
        names = [one.name for one in gateways(session)]
    assert names[0] == "mx"
    assert names[1].startswith("mx-")

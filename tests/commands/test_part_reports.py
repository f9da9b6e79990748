"""Parts that say in the database that they work."""

from __future__ import annotations

from helpdesk import heartbeat
from helpdesk.db import Database
from helpdesk.queries.gateways import gateways, running_parts
from helpdesk.settings import Settings
from tests.support.gateways import Pair, pair

__all__ = ["pair"]


def living(database: Database) -> list[str]:
    with database.reading() as session:
        return [one.part for one in running_parts(session) if one.lives]


def test_a_part_whose_loop_stands_still_says_nothing(
    pair: Pair, database: Database, settings: Settings
) -> None:
    first, _ = pair
    reports = first.reports["filer"]
    reports.report()
    assert living(database) == [], "the process is there, and never did anything"
    heartbeat.beat(first.settings, "filer")
    reports.report()
    assert living(database) == ["filer"]


def test_the_door_counts_where_there_is_no_filer(pair: Pair, database: Database) -> None:
    first, _ = pair
    heartbeat.beat(first.settings, "filer")
    heartbeat.beat(first.settings, "door")
    first.takes("One")
    first.reports["door"].report()
    with database.reading() as session:
        assert gateways(session)[0].waiting == 0, "the filer will say so"
    (first.settings.data_dir / "run" / "filer").unlink()
    first.reports["door"].report()
    with database.reading() as session:
        assert gateways(session)[0].waiting == 1

"""Parts of different versions are named."""

from __future__ import annotations

from importlib.metadata import version

import pytest

from commands.checkup.versions import versions
from helpdesk.actions.report_part import Here, report_part
from helpdesk.db import Database
from helpdesk.queries.database_clock import database_time
from helpdesk.schema import downgrade, newest


def lives(database: Database, machine: str, knows: str, release: str = "") -> None:
    here = Here(machine * 4, machine, release or version("postdesk"), knows)
    with database.transaction() as session:
        report_part(session, here, "web", now=database_time(session))


@pytest.mark.databases("postgresql")  # with SQLite there is one machine
def test_parts_of_another_version_are_named(database: Database) -> None:
    assert versions(database) is None, "nothing runs"
    lives(database, "app1", newest())
    found = versions(database)
    assert found
    assert (found.state, found.text) == ("ok", "all 1 parts that run are of this one")
    lives(database, "app2", "", "0.1.9")
    lives(database, "app3", "9001")
    found = versions(database)
    assert found
    assert found.state == "warn"
    assert "web on app2 (0.1.9), web on app3 (" in found.text
    assert "(schema 9001)" in found.text
    downgrade(database, "0075")
    found = versions(database)
    assert found is not None

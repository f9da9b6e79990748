"""Parts that start on a schema that lags behind, or is ahead."""

from __future__ import annotations

import threading
from pathlib import Path

import click
import pytest

from commands import schema_fit
from commands.schema_fit import see_schema
from helpdesk.db import Database
from helpdesk.schema import downgrade, migrate, names, newest
from tests.commands.conftest import Postdesk, said
from tests.support.migrations_ahead import write_migration


def test_it_waits_for_one_that_lags_behind(
    database: Database, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(schema_fit, "LOOK_AGAIN", 0.05)
    downgrade(database, names()[-2])
    see_schema(database, waits=False)
    begun = threading.Thread(target=see_schema, args=(database,), kwargs={"waits": True})
    begun.start()
    begun.join(0.3)
    assert begun.is_alive()
    migrate(database)
    begun.join(10)
    assert not begun.is_alive()
    told = capsys.readouterr()
    lines = [line for line in (told.out + told.err).splitlines() if "schema" in line]
    assert len(lines) == 2, lines
    assert f"this Postdesk needs {newest()}: run `postdesk migrate`" in lines[0]
    assert "outage_ended" in lines[1]


def test_one_that_needs_newer_code_ends_the_part_in_a_line(
    database: Database, tmp_path: Path, postdesk: Postdesk
) -> None:
    also = write_migration(tmp_path / "ahead", "9001", "pass")
    write_migration(tmp_path / "ahead", "9002", "pass", after="9001", least_code="9001")
    migrate(database, "9001", also=also)
    see_schema(database, waits=True)
    ahead = postdesk("migrate")
    assert ahead.exit_code == 0
    assert "is ahead of this Postdesk, and works" in ahead.stderr
    migrate(database, also=also)
    with pytest.raises(click.ClickException, match="Upgrade this machine's Postdesk"):
        see_schema(database, waits=False)
    for command in (("web",), ("mailgate", "--only", "door"), ("worker",), ("migrate",), ("up",)):
        assert "needs a newer Postdesk than this one" in said(postdesk(*command))

"""After a restore: what is said where nobody knows who was erased, and a file that is none."""

from __future__ import annotations

from pathlib import Path

import click
import pytest

from commands.erase_again import erase_again, read_brought
from helpdesk.db import Database
from helpdesk.settings import Settings
from helpdesk.tombstones import NAME


def test_without_a_file_it_says_what_to_bring(database: Database, settings: Settings) -> None:
    assert read_brought(settings, None) is None
    (line,) = erase_again(settings, database, None, made="2026-11-23 09:00:00+00:00")
    assert "erased after 2026-11-23 09:00 UTC" in line
    assert NAME in line


def test_a_file_that_is_none_is_refused(settings: Settings, tmp_path: Path) -> None:
    file = tmp_path / "wrong"
    file.write_text("not so\n")
    with pytest.raises(click.ClickException, match="no tombstone"):
        read_brought(settings, file)

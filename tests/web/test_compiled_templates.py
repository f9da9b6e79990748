"""Templates that were compiled by an earlier start."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from jinja2.environment import Environment

from helpdesk.db import Database
from helpdesk.settings import Settings
from web.app import create_app


@pytest.fixture
def compiled(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The sources that are compiled from now on."""
    names: list[str] = []
    generate = Environment._generate

    def noted(self: Environment, source: Any, name: str, *rest: Any, **more: Any) -> Any:
        names.append(name)
        return generate(self, source, name, *rest, **more)

    monkeypatch.setattr(Environment, "_generate", noted)
    return names


def pages(settings: Settings, database: Database) -> None:
    """Start the pages, and open two."""
    browser = create_app(settings, database).test_client()
    assert browser.get("/").status_code == 200
    assert browser.get("/desk/login").status_code == 200


def kept(settings: Settings) -> list[Path]:
    return [path for path in (settings.data_dir / "run" / "templates").rglob("*") if path.is_file()]


def test_the_next_start_compiles_nothing(
    database: Database, settings: Settings, compiled: list[str]
) -> None:
    pages(settings, database)
    assert "portal/base.html" in compiled
    compiled.clear()
    pages(settings, database)
    assert compiled == []


def test_what_another_version_kept_goes(database: Database, settings: Settings) -> None:
    old = settings.data_dir / "run" / "templates" / "0123456789abcdef"
    old.mkdir(parents=True)
    (old / "old").write_bytes(b"x")
    pages(settings, database)
    assert not old.exists()
    assert kept(settings)


def test_without_a_folder_for_it_the_pages_are_there_all_the_same(
    database: Database, settings: Settings
) -> None:
    (settings.data_dir / "run").mkdir(parents=True)
    (settings.data_dir / "run" / "templates").write_text("no folder")
    pages(settings, database)

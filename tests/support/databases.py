"""Fresh, migrated databases, one a test, copied from one that was migrated once."""

from __future__ import annotations

import itertools
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from helpdesk.db import connect
from helpdesk.schema import migrate
from helpdesk.settings import Settings
from tests.support.servers import PostgreSQL

MakeSettings = Callable[[str], Settings]


class DatabaseMaker(Protocol):
    """Makes databases of one kind."""

    def make(self, *, empty: bool = False) -> str:
        """A new database's URL: migrated, unless it is to be ``empty``."""

    def drop(self, url: str) -> None:
        """Remove a database that this made."""


class SqliteMaker:
    def __init__(self, folder: Path, settings: MakeSettings) -> None:
        self._folder = folder
        self._numbers = itertools.count()
        self._template = folder / "template.db"
        _migrate(settings(f"sqlite:///{self._template}"))

    def make(self, *, empty: bool = False) -> str:
        path = self._folder / f"test-{next(self._numbers)}.db"
        if not empty:
            shutil.copy(self._template, path)
        return f"sqlite:///{path}"

    def drop(self, url: str) -> None:
        path = url.removeprefix("sqlite:///")
        for suffix in ("", "-wal", "-shm"):
            Path(path + suffix).unlink(missing_ok=True)


class PostgreSQLMaker:
    def __init__(self, server: PostgreSQL, settings: MakeSettings) -> None:
        self._server = server
        self._numbers = itertools.count()
        server.execute("CREATE DATABASE template_postdesk")
        _migrate(settings(server.url("template_postdesk")))

    def make(self, *, empty: bool = False) -> str:
        name = f"test_{next(self._numbers)}"
        template = "template1" if empty else "template_postdesk"
        self._server.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        return self._server.url(name)

    def drop(self, url: str) -> None:
        name = url.partition("@/")[2].partition("?")[0]
        self._server.execute(f"DROP DATABASE {name} WITH (FORCE)")


def _migrate(settings: Settings) -> None:
    database = connect(settings)
    migrate(database)
    database.dispose()

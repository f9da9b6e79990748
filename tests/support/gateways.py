"""Gateways of a test's own, each with a data folder, on one database."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from commands.part_reports import PartReports, own_gateway
from helpdesk import heartbeat
from helpdesk.db import Database
from helpdesk.models import Gateway, RunningPart
from helpdesk.queries.database_clock import database_time
from helpdesk.settings import Settings
from mailgate.spool.spool import Spool
from tests.conftest import MakeSettings
from tests.mailgate.filing.mails import file_all, filer_of, put, write
from tests.support.factories import make_shop


class MadeGateway:
    """A gateway whose mails the test accepts, files and tells of when it wants to."""

    def __init__(self, settings: Settings, database: Database) -> None:
        """:param settings: with a name for it, and a data folder of its own."""
        self.settings, self.database = settings, database
        self.spool = Spool(settings.spool_dir)
        self.row = own_gateway(settings, database)
        self.reports = {part: PartReports(settings, part) for part in ("door", "filer")}

    def takes(self, *subjects: str) -> list[str]:
        """Accept a mail each; their names."""
        return [put(self.spool, write(subject)) for subject in subjects]

    def files(self) -> None:
        """File all that waits, as its filer does."""
        with filer_of(self.settings, self.database, gateway=lambda: self.row.id) as filer:
            file_all(filer, self.spool)

    def tells(self, *parts: str) -> None:
        """Say that these of its parts live, both where none is named, and what it counts."""
        for part in parts or ("door", "filer"):
            heartbeat.beat(self.settings, part)
            self.reports[part].report()

    def has_full_disk(self) -> None:
        """Have it have counted a full disk just now."""
        with self.database.transaction() as session:
            mine = Gateway.place == self.row.place
            session.execute(update(Gateway).where(mine).values(disk_is_full=True))

    def was_last_heard(self, ago: timedelta) -> None:
        """Let so much time have passed since it said anything."""
        for part in ("door", "filer"):
            (self.settings.data_dir / "run" / part).unlink(missing_ok=True)
        with self.database.transaction() as session:
            then = database_time(session) - ago
            for model in (Gateway, RunningPart):
                mine = model.place == self.row.place
                session.execute(update(model).where(mine).values(seen_at=then))

    def close(self) -> None:
        """Close its files."""
        self.spool.close()
        for reports in self.reports.values():
            reports.close()


Pair = tuple[MadeGateway, MadeGateway]


@pytest.fixture
def pair(
    request: pytest.FixtureRequest,
    database: Database,
    database_url: str,
    make_settings: MakeSettings,
    tmp_path: Path,
) -> Iterator[Pair]:
    """Two gateways, mx1 and mx2, on one database; with a shop, unless the test has a desk."""
    if "desk" not in request.fixturenames:
        make_shop(database)
    with ExitStack() as stack:
        made = []
        for name in ("mx1", "mx2"):
            settings = make_settings(
                DATABASE_URL=database_url,
                DATA_DIR=str(tmp_path / name),
                BLOB_URL=str(tmp_path / "blobs"),
                GATEWAY=name,
            )
            made.append(MadeGateway(settings, database))
            stack.callback(made[-1].close)
        yield made[0], made[1]

"""What a monitor asks."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from helpdesk import heartbeat
from helpdesk.blobs import open_place
from helpdesk.blobs.opening import note_identity
from helpdesk.db import Database
from helpdesk.settings import MIB, Settings
from tests.conftest import MakeSettings
from tests.support.clock import FakeClock
from tests.support.gateways import Pair, pair
from tests.support.small_disk import fill
from tests.web.conftest import Browser, Desk, MakeApp

__all__ = ["pair"]


def test_health_tells_what_stands(anonymous: Browser, database: Database) -> None:
    assert anonymous.get("/healthz").status_code == 200
    answer = anonymous.get("/readyz")
    assert answer.json["database"] == "ok"
    assert answer.json["redis"] == "down"
    # No gateway and no worker gave a sign of life: with SQLite they would have to be here.
    assert answer.status_code == (503 if database.is_sqlite else 200)


@pytest.mark.own_app
def test_a_store_that_is_another_one_is_down(
    settings: Settings, database: Database, clock: FakeClock, make_app: MakeApp
) -> None:
    for part in heartbeat.PARTS:
        heartbeat.beat(settings, part)
    place = open_place(settings)
    place.write_identity("a1" * 16)
    note_identity(settings, "a1" * 16)
    client = make_app(settings, database, clock).test_client()
    assert (client.get("/readyz").json or {})["store"] == "ok"
    (Path(settings.blob_url) / "id").unlink()
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert ((answer.json or {})["store"], (answer.json or {})["status"]) == ("down", "not ready")


class TestFullDisk:
    """The data folder stands on a disk of 16 MiB."""

    pytestmark = pytest.mark.own_app

    @pytest.fixture
    def settings(
        self, make_settings: MakeSettings, database_url: str, small_disk: Path
    ) -> Settings:
        return make_settings(
            DATABASE_URL=database_url, DATA_DIR=str(small_disk), SMTP_SIZE=str(2 * MIB)
        )

    def test_it_is_not_ready_while_the_disk_is_full_and_says_so_everywhere(
        self, desk: Desk, anonymous: Browser, agent: Browser, settings: Settings
    ) -> None:
        for part in heartbeat.PARTS:
            heartbeat.beat(settings, part)
        before = anonymous.get("/readyz")
        assert before.status_code == 200, before.json
        assert before.json["disk"].startswith("nearly full: ")
        ballast = settings.data_dir / "ballast"
        fill(ballast, leave=2 * MIB)
        full = anonymous.get("/readyz")
        assert (full.status_code, full.json["status"]) == (503, "not ready")
        assert full.json["disk"].startswith("full: 2 MiB free for spool, data folder, ")
        assert "mail is refused with 452 below 3 MiB" in full.json["disk"]
        assert str(settings.data_dir) not in full.text, "it needs no sign-in"
        watch = agent.get("/desk/mail/watch").text
        assert "The disk is full." in watch
        assert "as it usually does" not in watch
        assert "2 MiB free" in watch
        assert "mail is refused with 452 below 3 MiB" in watch
        ballast.unlink()
        assert anonymous.get("/readyz").status_code == 200


@pytest.mark.databases("postgresql")  # with SQLite all parts are on this machine
def test_a_part_that_stopped_on_another_machine_is_named(pair: Pair, anonymous: Browser) -> None:
    first, second = pair
    for one in pair:
        one.tells()
    told = anonymous.get("/readyz")
    assert (told.status_code, told.json["filer"], told.json["door"]) == (200, "ok", "ok")
    second.was_last_heard(timedelta(seconds=13))
    second.tells("door")
    told = anonymous.get("/readyz")
    assert (told.status_code, told.json["filer"], told.json["door"]) == (200, "down: mx2", "ok")
    first.was_last_heard(timedelta(seconds=13))
    told = anonymous.get("/readyz")
    assert (told.status_code, told.json["filer"]) == (503, "down: mx1, mx2")
    assert told.json["door"] == "down: mx1"


@pytest.mark.databases("postgresql")
def test_a_full_disk_on_another_machine_is_named(pair: Pair, anonymous: Browser) -> None:
    for one in pair:
        one.tells()
    assert "gateway disks" not in anonymous.get("/readyz").json
    pair[1].has_full_disk()
    told = anonymous.get("/readyz")
    assert (told.status_code, told.json["gateway disks"]) == (200, "full: mx2")
    pair[1].was_last_heard(timedelta(seconds=13))
    assert "gateway disks" not in anonymous.get("/readyz").json, "it stopped since"

"""Files that deleted rows had go, unless somebody has them, or stored them a moment ago."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import func, select, update

from helpdesk.actions.delete_tickets import note_unused
from helpdesk.blobs import Blobs
from helpdesk.db import Database
from helpdesk.models import Mailbox, UnusedFile
from jobs.unused_files import RemovedFiles, remove_unused
from tests.support.factories import NOW, make_shop
from tests.support.s3_server import Bucket


def test_used_young_and_missing_ones(database: Database, tmp_path: Path) -> None:
    make_shop(database)
    blobs = Blobs(tmp_path / "blobs")
    old, used, young = (blobs.put(content) for content in (b"old", b"used", b"young"))
    for key, moment in ((old, NOW - timedelta(days=9)), (used, NOW), (young, NOW)):
        os.utime(blobs.path(key), (moment.timestamp(), moment.timestamp()))
    with database.transaction() as session:
        session.execute(update(Mailbox).values(logo_sha256=used))
        note_unused(session, [old, used, young, "ab" * 32, "", None], "trash", NOW)
        note_unused(session, [old], "trash", NOW)

    def remove(days: int) -> RemovedFiles:
        return remove_unused(database, blobs, now=NOW + timedelta(days=days), sleep=lambda _: None)

    assert remove(0) == RemovedFiles(1, 3, more=True)
    assert [blobs.path(key).exists() for key in (old, used, young)] == [False, True, True]
    assert remove(0) == RemovedFiles()
    assert remove(2).files == 1
    assert [blobs.path(key).exists() for key in (used, young)] == [True, False]
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(UnusedFile)) == 0


def test_in_a_bucket_they_go_aside_for_a_day(database: Database, bucket: Bucket) -> None:
    make_shop(database)
    blobs = Blobs(bucket.place())
    old, used = blobs.put(b"old one"), blobs.put(b"used")
    with database.transaction() as session:
        note_unused(session, [old, used], "trash", NOW)

    def remove(days: int) -> int:
        now = datetime.now(UTC) + timedelta(days=days)
        return remove_unused(database, blobs, now=now, sleep=lambda _: None).files

    assert remove(2) == 0
    assert all(one.startswith("aside/") for one in objects(bucket))
    with database.transaction() as session:
        session.execute(update(Mailbox).values(logo_sha256=used))
    assert remove(4) == 1
    assert objects(bucket) == [f"{used[:2]}/{used[2:]}"]
    assert blobs.get(used) == b"used"


def test_at_once_where_nobody_files_anything(database: Database, bucket: Bucket) -> None:
    make_shop(database)
    blobs = Blobs(bucket.place())
    key = blobs.put(b"old")
    with database.transaction() as session:
        note_unused(session, [key], "erasure", NOW)
    assert remove_unused(database, blobs, now=NOW, wait=timedelta(days=-9)).files == 1
    assert objects(bucket) == []


def objects(bucket: Bucket) -> list[str]:
    """All that stands there, by its name below the prefix."""
    found = bucket.place()._store_of(4).list(f"{bucket.address.prefix}/")
    return [one["path"].removeprefix(f"{bucket.address.prefix}/") for some in found for one in some]

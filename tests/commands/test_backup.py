"""``postdesk backup`` and ``restore``: everything in one file, and back into an empty place."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from threading import Event, Thread

import pytest
from sqlalchemy import select

from commands.store_identity import see_store
from helpdesk.actions.change_checklist import add_item
from helpdesk.actions.edit_custom_field import FieldDraft, add_custom_field
from helpdesk.actions.set_custom_field import set_custom_fields
from helpdesk.blobs import Blobs, ObjectPlace, open_blobs, open_place
from helpdesk.blobs.opening import known_identity
from helpdesk.blobs.place import SHARDS
from helpdesk.db import Database, connect
from helpdesk.models import ChecklistItem, CustomValue, InboundMail, Ticket
from helpdesk.settings import Settings, load
from mailgate.spool.spool import Spool
from tests.commands.conftest import Postdesk, said
from tests.mailgate.filing.mails import file_all, filer_of, put, write
from tests.support.factories import NOW, make_shop
from tests.support.s3_server import VARIABLES, Bucket


def test_what_was_backed_up_while_mail_came_is_whole_elsewhere(
    database: Database,
    settings: Settings,
    postdesk: Postdesk,
    tmp_path: Path,
    elsewhere: Callable[[], Settings],
) -> None:
    shop = make_shop(database)
    spool, stop = Spool(settings.spool_dir), Event()
    with filer_of(settings, database) as filer:
        for number in range(3):
            put(spool, write(f"Before {number}"))
        file_all(filer, spool)
        put(spool, write("Waiting"))
        with database.transaction() as session:
            add_custom_field(session, shop.admin, FieldDraft("Serial"), now=NOW)
            set_custom_fields(session, shop.agent, 1, {"serial": "A1"}, now=NOW)
            add_item(session, shop.agent, 1, "Refund", now=NOW)

        def mail_comes() -> None:
            number = 0
            while not stop.is_set():
                put(spool, write(f"Meanwhile {number}"))
                file_all(filer, spool)
                number += 1

        coming = Thread(target=mail_comes)
        coming.start()
        try:
            done = postdesk("backup", str(tmp_path / "kept.tar.gz"))
        finally:
            stop.set()
            coming.join()
    assert done.exit_code == 0, done.output
    assert (tmp_path / "kept.tar.gz").stat().st_mode & 0o777 == 0o600

    there = elsewhere()
    done = postdesk("restore", str(tmp_path / "kept.tar.gz"))
    assert done.exit_code == 0, done.output
    counts = json.loads(postdesk("ledger", "--json").stdout)
    assert counts["difference"] == 0
    assert counts["accepted"] >= 4
    restored = connect(there)
    with restored.reading() as session:
        assert session.scalars(select(Ticket.subject).order_by(Ticket.id)).all()[:3] == [
            f"Before {n}" for n in range(3)
        ]
        for sha256 in session.scalars(select(InboundMail.raw_sha256)):
            assert Blobs(there.blob_url).get(sha256)
        values = session.execute(select(CustomValue.ticket_id, CustomValue.text)).all()
        assert values == [(1, "A1")]
        assert session.scalars(select(ChecklistItem.text)).all() == ["Refund"]
    restored.dispose()
    assert "already" in said(postdesk("restore", str(tmp_path / "kept.tar.gz")))


def test_a_database_without_a_table_is_none_yet(
    database: Database, postdesk: Postdesk, tmp_path: Path, elsewhere: Callable[[], Settings]
) -> None:
    """A command that was too early made SQLite's file: nothing to keep, and room to restore."""
    make_shop(database)
    file = str(tmp_path / "kept.tar.gz")
    assert postdesk("backup", file).exit_code == 0
    elsewhere()
    assert "Run `postdesk migrate`" in said(postdesk("ledger"))
    assert "There is no database yet" in said(postdesk("backup", str(tmp_path / "none.tar.gz")))
    restored = postdesk("restore", file)
    assert restored.exit_code == 0, restored.output
    assert postdesk("ledger").exit_code == 0


def work_on(bucket: Bucket, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the commands keep files in this bucket."""
    for name, value in (*bucket.settings.items(), *VARIABLES):
        monkeypatch.setenv(name if name.startswith("AWS") else f"POSTDESK_{name}", value)


@pytest.mark.databases("sqlite")
def test_from_a_bucket_to_a_folder_and_back(
    database: Database,
    settings: Settings,
    postdesk: Postdesk,
    tmp_path: Path,
    elsewhere: Callable[[], Settings],
    bucket: Bucket,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    make_shop(database)
    spool, file = Spool(settings.spool_dir), tmp_path / "kept.tar.gz"
    put(spool, write("With a file", files=[("photo.png", os.urandom(60_000))]))
    put(spool, write(text="A long one\n" * 1000))
    with filer_of(settings, database, blobs=Blobs(bucket.place())) as filer:
        file_all(filer, spool)
    work_on(bucket, monkeypatch)
    assert postdesk("backup", str(file)).exit_code == 0
    checked = postdesk("backup", "--verify", str(file))
    assert (checked.exit_code, "3 stored files" in checked.stdout) == (0, True)
    monkeypatch.delenv("POSTDESK_BLOB_URL")
    there = elsewhere()
    done = postdesk("restore", str(file))
    assert done.exit_code == 0, done.output
    before = stored(bucket.place())
    assert stored(open_place(there)) == before
    assert known_identity(there) == open_place(there).identity() != bucket.place().identity()

    again = tmp_path / "again.tar.gz"
    assert postdesk("backup", str(again)).exit_code == 0
    monkeypatch.setenv("POSTDESK_DATABASE_URL", f"sqlite:///{tmp_path}/back.db")
    monkeypatch.setenv("POSTDESK_DATA_DIR", str(tmp_path / "back"))
    monkeypatch.setenv("POSTDESK_BLOB_URL", f"s3://{bucket.name}/back")
    done = postdesk("restore", str(again))
    assert done.exit_code == 0, done.output
    back = load(os.environ)
    assert stored(open_place(back)) == before
    restored = connect(back)
    with restored.reading() as session:
        for row in session.scalars(select(InboundMail)):
            assert len(open_blobs(back).get(row.raw_sha256)) == row.size
    restored.dispose()
    assert json.loads(postdesk("ledger", "--json").stdout)["difference"] == 0


@pytest.mark.databases("sqlite")
def test_a_bucket_that_was_not_lost_is_kept(
    database: Database,
    settings: Settings,
    postdesk: Postdesk,
    tmp_path: Path,
    elsewhere: Callable[[], Settings],
    bucket: Bucket,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    make_shop(database)
    work_on(bucket, monkeypatch)
    see_store(load(os.environ), database)
    blobs = Blobs(bucket.place())
    kept = blobs.put(b"a file")
    assert postdesk("backup", str(tmp_path / "kept.tar.gz")).exit_code == 0
    blobs.remove(kept, stored_before=0, at_once=True)
    later = blobs.put(b"from after the backup")
    elsewhere()
    assert "--keep-store" in said(postdesk("restore", str(tmp_path / "kept.tar.gz")))
    done = postdesk("restore", "--keep-store", str(tmp_path / "kept.tar.gz"))
    assert done.exit_code == 0, done.output
    assert stored(bucket.place()).keys() == {kept, later}


def stored(place: ObjectPlace) -> dict[str, bytes]:
    """All objects of a place."""
    return {key: place.get(key) for shard in SHARDS for key, _ in place.listed(shard)}

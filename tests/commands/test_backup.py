"""``postdesk backup`` and ``restore``: everything in one file, and back into an empty place."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from threading import Event, Thread

import pytest
from sqlalchemy import select

from helpdesk.blobs import Blobs
from helpdesk.db import Database, connect
from helpdesk.models import InboundMail, Ticket
from helpdesk.settings import Settings, load
from mailgate.spool.spool import Spool
from tests.commands.conftest import Postdesk, said
from tests.mailgate.filing import file_all, filer_of, put, write
from tests.support.factories import make_shop


@pytest.fixture
def elsewhere(
    empty_database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[[], Settings]:
    """Has the commands work in an empty folder, on an empty database, from then on."""

    def move() -> Settings:
        monkeypatch.setenv("POSTDESK_DATABASE_URL", empty_database_url)
        monkeypatch.setenv("POSTDESK_DATA_DIR", str(tmp_path / "elsewhere"))
        return load()

    return move


def test_what_was_backed_up_while_mail_came_is_whole_elsewhere(
    database: Database,
    settings: Settings,
    postdesk: Postdesk,
    tmp_path: Path,
    elsewhere: Callable[[], Settings],
) -> None:
    make_shop(database)
    spool, stop = Spool(settings.spool_dir), Event()
    with filer_of(settings, database) as filer:
        for number in range(3):
            put(spool, write(f"Before {number}"))
        file_all(filer, spool)
        put(spool, write("Waiting"))

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
        assert session.scalars(select(Ticket.subject)).all()[:3] == [
            f"Before {n}" for n in range(3)
        ]
        for sha256 in session.scalars(select(InboundMail.raw_sha256)):
            assert Blobs(there.blob_url).get(sha256)
    restored.dispose()
    assert "already" in said(postdesk("restore", str(tmp_path / "kept.tar.gz")))


def test_a_backup_that_is_none_or_not_whole_brings_back_nothing(
    database: Database,
    settings: Settings,
    postdesk: Postdesk,
    tmp_path: Path,
    elsewhere: Callable[[], Settings],
) -> None:
    Blobs(settings.blob_url).put(bytes(range(256)) * 400)
    file = tmp_path / "kept.tar.gz"
    assert postdesk("backup", str(file)).exit_code == 0
    assert "there already" in said(postdesk("backup", str(file)))
    whole = file.read_bytes()
    there = elsewhere()
    for content in (b"", b"not a backup", whole[:-20], whole[: len(whole) // 2]):
        file.write_bytes(content)
        assert "no whole backup" in said(postdesk("restore", str(file)))
        assert not Path(there.blob_url).exists()
    file.write_bytes(whole)
    assert postdesk("restore", str(file)).exit_code == 0

"""``postdesk restore``: all of a backup, or nothing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from helpdesk.blobs import Blobs
from helpdesk.db import Database
from helpdesk.settings import Settings
from tests.commands.conftest import Postdesk, said


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

"""Files that are whole after a power cut."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from mailgate.spool.durable import sync_folder, write_durably


def test_file_and_folder_are_synced_in_that_order(tmp_path: Path) -> None:
    path, synced = tmp_path / "a", []

    def sync(descriptor: int) -> None:
        is_folder = stat.S_ISDIR(os.fstat(descriptor).st_mode)
        synced.append(("folder" if is_folder else "file", path.exists()))

    write_durably(path, b"new", sync)
    assert synced == [("file", False), ("folder", True)]
    assert path.read_bytes() == b"new"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_failing_sync_leaves_the_old_content(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"old")

    def sync(descriptor: int) -> None:
        raise OSError

    with pytest.raises(OSError):  # noqa: PT011 (of any kind)
        write_durably(path, b"new", sync)
    assert path.read_bytes() == b"old"


def test_a_folder_that_is_gone_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        sync_folder(tmp_path / "gone", os.fsync)

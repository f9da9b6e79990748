"""The disks: told apart by what stands there, and by how much is free."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from helpdesk.disks import SCARCE, Disk, Kept, Room, disk_is_low, disks, size_words
from helpdesk.settings import MIB
from tests.conftest import MakeSettings
from tests.support.small_disk import fill


def test_what_stands_on_one_disk_is_told_together(make_settings: MakeSettings) -> None:
    found = disks(make_settings())
    [mail] = [disk for disk in found if Kept.SPOOL in disk.keeps]
    assert mail.keeps[:4] == (Kept.SPOOL, Kept.DATA, Kept.DATABASE, Kept.BLOBS)
    assert mail.needed == 54 * MIB
    elsewhere = make_settings(DATABASE_URL="postgresql+psycopg://db.example/postdesk")
    assert not [disk for disk in disks(elsewhere) if Kept.DATABASE in disk.keeps]


def test_a_disk_of_its_own_for_attachments(
    make_settings: MakeSettings, tmp_path: Path, small_disk: Path
) -> None:
    settings = make_settings(BLOB_URL=str(small_disk / "blobs"), SMTP_SIZE=str(2 * MIB))
    assert [disk.stops_mail for disk in disks(settings)] == [False] * len(disks(settings))
    fill(small_disk / "ballast", leave=2 * MIB)
    [full] = [disk for disk in disks(settings) if disk.room is Room.FULL]
    assert full.keeps == (Kept.BLOBS,)
    assert full.stops_mail
    assert full.said == (
        "2 MiB free for mails and attachments; mail waits in the spool and answers in the outbox "
        "below 3 MiB"
    )
    assert not disk_is_low(settings.data_dir.parent, settings.smtp_size)
    (small_disk / "ballast").unlink()
    assert not [disk for disk in disks(settings) if disk.stops_mail]


def test_the_room_of_a_disk() -> None:
    disk = Disk((Kept.SPOOL,), Path("/srv"), free=2 * SCARCE, needed=54 * MIB)
    assert disk.room is Room.ENOUGH
    assert replace(disk, free=SCARCE - 1).room is Room.SCARCE
    assert not replace(disk, free=SCARCE - 1).stops_mail
    assert replace(disk, free=54 * MIB - 1).stops_mail
    no_inodes = replace(disk, can_make_files=False)
    assert no_inodes.stops_mail
    assert no_inodes.said == "no files free for spool; mail is refused with 452 below 100 files"
    log = replace(disk, keeps=(Kept.LOG,), free=0)
    assert (log.room, log.stops_mail, log.effect) == (Room.FULL, False, "lines of the log are lost")


def test_a_folder_that_nobody_may_look_at_is_left_out(
    make_settings: MakeSettings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(path: os.PathLike[str]) -> os.statvfs_result:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(os, "statvfs", gone)
    assert disks(make_settings()) == []


def test_sizes_in_words() -> None:
    assert [size_words(n) for n in (0, 1023, 1024, 54 * MIB, 2**40, 2**52)] == [
        "0 bytes", "1023 bytes", "1 KiB", "54 MiB", "1 TiB", "4096 TiB",
    ]  # fmt: skip

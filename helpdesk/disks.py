"""The disks that Postdesk writes to: how much room is left, and what that does to mail."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from sqlalchemy import make_url

from helpdesk.settings import MIB, Settings

SCARCE = 1024 * MIB
"""Bytes: below this it is time to look."""
_LOG_NEEDS = MIB
_FEWEST_FILES = 100
_LOGS = Path("/var/log")


class Kept(StrEnum):
    """What stands on a disk."""

    SPOOL = "spool"
    DATA = "data folder"
    DATABASE = "database"
    BLOBS = "mails and attachments"
    LOG = "log"


class Room(StrEnum):
    """How it is with a disk."""

    ENOUGH = "ok"
    SCARCE = "nearly full"
    FULL = "full"


@dataclass(frozen=True)
class Disk:
    """One file system, and what of Postdesk's stands there."""

    keeps: tuple[Kept, ...]
    folder: Path
    """Where the first of them stands."""
    free: int
    """Bytes."""
    needed: int
    """Bytes: with less, :attr:`effect` begins."""
    can_make_files: bool = True
    """False where the file system has no room for more files, whatever their size (inodes)."""

    @property
    def room(self) -> Room:
        if self.free < self.needed or not self.can_make_files:
            return Room.FULL
        return Room.SCARCE if self.free < SCARCE else Room.ENOUGH

    @property
    def stops_mail(self) -> bool:
        """Whether mail cannot come in, or not go on, until there is room."""
        return self.room is Room.FULL and self.keeps != (Kept.LOG,)

    @property
    def effect(self) -> str:
        """What happens while the disk is full."""
        if Kept.SPOOL in self.keeps:
            return "mail is refused with 452"
        if self.keeps == (Kept.LOG,):
            return "lines of the log are lost"
        return "mail waits in the spool and answers in the outbox"

    @property
    def what(self) -> str:
        """What stands there, such as “spool, database”."""
        return ", ".join(self.keeps)

    @property
    def free_words(self) -> str:
        """How much is free, for a person."""
        return size_words(self.free) if self.can_make_files else "no files"

    @property
    def needed_words(self) -> str:
        """How much must be free, for a person."""
        return size_words(self.needed) if self.can_make_files else f"{_FEWEST_FILES} files"

    @property
    def said(self) -> str:
        """How much is free, and what comes of too little: for a person."""
        return f"{self.free_words} free for {self.what}; {self.effect} below {self.needed_words}"


def disks(settings: Settings) -> list[Disk]:
    """The disks of this machine that Postdesk's folders stand on, each once.

    A folder that is not there yet counts where it would be made; one that cannot be looked at is
    left out.
    """
    by_device: dict[int, Disk] = {}
    for kept, path in _places(settings):
        try:
            there = _nearest(path)
            device, room = there.stat().st_dev, os.statvfs(there)
        except OSError:
            continue
        known = by_device.get(device)
        by_device[device] = Disk(
            (*known.keeps, kept) if known else (kept,),
            known.folder if known else path,
            room.f_bavail * room.f_frsize,
            known.needed if known else _needed(kept, settings.smtp_size),
            _can_make_files(room),
        )
    return list(by_device.values())


def disk_is_low(folder: Path, largest: int) -> bool:
    """Whether there is no room left for a mail of the largest size and a half (in bytes)."""
    room = os.statvfs(folder)
    return not _can_make_files(room) or room.f_bavail * room.f_frsize < _for_mail(largest)


def size_words(count: int) -> str:
    """A number of bytes, for a person."""
    for unit in ("bytes", "KiB", "MiB", "GiB"):
        if count < 1024:
            return f"{count} {unit}"
        count //= 1024
    return f"{count} TiB"


def _for_mail(largest: int) -> int:
    return largest + largest // 2


def _needed(kept: Kept, largest: int) -> int:
    return _LOG_NEEDS if kept is Kept.LOG else _for_mail(largest)


def _can_make_files(room: os.statvfs_result) -> bool:
    # f_files is 0 where the file system makes inodes as needed.
    return room.f_files == 0 or room.f_favail >= _FEWEST_FILES


def _places(settings: Settings) -> Iterator[tuple[Kept, Path]]:
    # What mail needs comes first: a disk's limit is that of the first thing found on it.
    yield Kept.SPOOL, settings.spool_dir
    yield Kept.DATA, settings.data_dir
    if settings.is_sqlite:
        yield Kept.DATABASE, Path(make_url(settings.database_url).database or "").parent
    if not settings.blob_url.startswith("s3://"):
        yield Kept.BLOBS, Path(settings.blob_url)
    yield Kept.LOG, _log_folder()


def _log_folder() -> Path:
    """Where this process's log goes, if that is a file; else where logs are kept."""
    try:
        if stat.S_ISREG(os.fstat(2).st_mode):
            return Path("/dev/fd/2").resolve().parent
    except OSError:
        pass
    return _LOGS


def _nearest(path: Path) -> Path:
    """The folder, or the nearest above it that is there."""
    return next((one for one in (path, *path.parents) if one.exists()), path)

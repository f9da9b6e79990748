"""What a backup's file looks like, how it is read, and what it leaves out."""

from __future__ import annotations

import gzip
import io
import json
import os
import sys
import tarfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import IO, Any

import click

from helpdesk import tombstones
from helpdesk.setting_sources import LOCAL, SYSTEM, Written, whole_value, written_settings
from helpdesk.settings import Settings

ABOUT = "postdesk-backup.json"
FORMAT = 2
_OLDER = 1
"""Its stored files are as they came: not packed, and whole."""
DATABASE = "database"
KEPT_FILES = ("secret_key", "first-password", tombstones.NAME)
"""Files of the data folder that are worth keeping, where there are such."""
BLOBS = "blobs"
SPOOL = "spool/new"
JOURNAL = "spool/journal"
SPOOL_ID = "spool/id"
DAMAGED = (tarfile.TarError, zlib.error, EOFError, KeyError, ValueError, gzip.BadGzipFile)
"""What reading a file raises that is no backup, or not a whole one."""
_AT_ONCE = 1024 * 1024
_NEVER_HELD = (
    "Redis: nothing is lost with it, the database remembers what is to leave",
    "the logs, and the program itself",
)


class _Counted(io.RawIOBase):
    """A file that moves a bar on as it is read."""

    def __init__(self, raw: IO[bytes], bar: Any) -> None:
        self._raw, self._bar = raw, bar

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any, /) -> int:
        piece = self._raw.read(len(buffer))
        buffer[: len(piece)] = piece
        self._bar.update(len(piece))
        return len(piece)


@contextmanager
def read_through(file: Path, label: str) -> Iterator[tarfile.TarFile]:
    """An archive whose members are read once, in their order, with a bar beside.

    Where the block ends well, the rest is read too, and the whole file's checksum is compared.
    """
    with (
        file.open("rb") as raw,
        click.progressbar(
            length=file.stat().st_size, label=label, file=sys.stderr, hidden=not is_watched()
        ) as bar,
        gzip.GzipFile(fileobj=io.BufferedReader(_Counted(raw, bar), _AT_ONCE)) as content,
    ):
        with tarfile.open(fileobj=content, mode="r|") as archive:
            yield archive
        while content.read(_AT_ONCE):
            pass


def is_watched() -> bool:
    """Whether a person waits, and may see how far it is."""
    return sys.stderr.isatty()


def about_of(settings: Settings, made: str) -> dict[str, object]:
    """What a backup says of itself."""
    return {
        "format": FORMAT,
        "database": "sqlite" if settings.is_sqlite else "postgresql",
        "at": made,
        "version": version("postdesk"),
        "left_out": left_out(settings),
    }


def read_about(archive: tarfile.TarFile) -> dict[str, Any]:
    """What the backup says of itself, in its first member.

    :raises KeyError: it is none.
    :raises ValueError: it is none.
    """
    first = archive.next()
    content = archive.extractfile(first) if first and first.name == ABOUT else None
    about: dict[str, Any] = json.loads(content.read()) if content else {}
    if about["format"] not in (_OLDER, FORMAT):
        raise click.ClickException("This backup is of a later Postdesk: use that one.")
    if about["database"] not in ("sqlite", "postgresql"):
        raise ValueError("it names no database that is known")
    return about


def _is_there(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:  # root's own folder, which the data folder's owner cannot look into
        return False


def left_out(settings: Settings) -> list[str]:
    """What this Postdesk needs and a backup does not hold: a line each."""
    written = written_settings(os.environ)
    files = [path for path in (SYSTEM, LOCAL, _chosen(written)) if path and _is_there(path)]
    where = ", ".join(str(path.absolute()) for path in dict.fromkeys(files))
    lines = [f"the settings ({where or 'in the environment'})"]
    lines += [
        f"{words} ({_place(one)}): {without}"
        for name, words, without in _KEYS
        if (one := whole_value(written, name)) and one.text.strip()
    ]
    outside = (settings.dkim_key, settings.smtp_tls_cert, settings.smtp_tls_key)
    named = [str(path) for path in outside if path and not path.is_relative_to(settings.data_dir)]
    if named:
        lines.append(f"keys and certificates outside the data folder ({', '.join(named)})")
    if not settings.is_sqlite:
        lines.append("the database's user and password")
    if settings.blob_url.startswith("s3://"):
        lines.append("the bucket's key (AWS_…); the files in it are held")
    return [*lines, *_NEVER_HELD]


_WITHOUT = "without it the links and reply addresses in mails that left are dead"
_KEYS = (
    ("SECRET_KEY", "the secret key", _WITHOUT),
    ("OLD_SECRET_KEYS", "the old secret keys", _WITHOUT),
)


def say_left_out(lines: list[str]) -> None:
    """Tell what is to be kept, or brought back, elsewhere."""
    click.echo("A backup does not hold:")
    for line in lines:
        click.echo(f"- {line}")


def in_flight(outbound: Mapping[str, int], waiting: int) -> list[str]:
    """What was on its way when the backup was made, and what becomes of it.

    :param outbound: mails of the outbox by state.
    :param waiting: mails in the spool.
    """
    found = []
    if waiting:
        found.append(f"{waiting:,} accepted mails wait in the spool, and are filed after a start.")
    sending = outbound.get("sending", 0)
    if leaving := sending + outbound.get("queued", 0) + outbound.get("deferred", 0):
        found.append(
            f"{leaving:,} mails stand in the outbox ({sending:,} were just being sent), and leave "
            "after a start: those that left since the backup was made arrive a second time."
        )
    if uncertain := outbound.get("uncertain", 0):
        found.append(f"{uncertain:,} mails are uncertain: staff decide whether to send them again.")
    return found


def _chosen(written: Mapping[str, Written]) -> Path | None:
    chosen = written.get("POSTDESK_SETTINGS")
    return Path(chosen.text) if chosen and chosen.text else None


def _place(written: Written) -> str:
    return written.where or "in the environment"

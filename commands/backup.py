"""``postdesk backup``: everything of this Postdesk in one file, while it runs.

What is copied first is what others are made of last, so that no mail falls between: the journal of
what was accepted, the spool, the database, and then the contents that its rows name. A mail that
comes meanwhile is in the copy as a whole, journal and all, or not at all.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import sys
import tarfile
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from commands.backup_file import (
    ABOUT,
    BLOBS,
    DATABASE,
    JOURNAL,
    KEPT_FILES,
    SPOOL,
    SPOOL_ID,
    about_of,
    in_flight,
    is_watched,
    left_out,
    say_left_out,
)
from commands.environment import load_settings, now, plain_errors
from commands.stored_objects import fetched
from helpdesk.blobs import ObjectPlace, StoreAway, open_place
from helpdesk.blobs.place import SHARDS
from helpdesk.db import Database
from helpdesk.mail_in.journal import HANDED_OVER, RECORD_LENGTH
from helpdesk.settings import Settings

if TYPE_CHECKING:
    from commands.database_copy import Copy

_LOG = ".log"

Journal = dict[str, bytes]
"""The files of the journal: name → content, whole records only."""


@dataclass(frozen=True)
class _OnItsWay:
    """What had not arrived yet at the moment of the copy."""

    outbound: dict[str, int]
    """Mails of the outbox by state."""
    waiting: int
    """Mails of the spool that no row tells of."""


@click.command("backup")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option(
    "--verify",
    "to_verify",
    is_flag=True,
    help="Write nothing: say whether the backup FILE is whole, and what it holds.",
)
def backup_command(file: Path, to_verify: bool) -> None:
    """Write everything into one FILE: database, mails, attachments, the secret key.

    Postdesk may run meanwhile. Keep FILE as you keep a key: it holds the secret and every mail.
    With --verify every stored file's checksum is compared, and the database is read. Exits with 1
    where anything is wrong.
    """
    if to_verify:
        from commands.backup_check import verify

        verify(file)
    else:
        _write(file)


def _write(file: Path) -> None:
    from commands.database_copy import is_empty
    from helpdesk import db

    settings = load_settings()
    database = db.connect(settings)
    if file.exists():
        raise click.ClickException(f"{file} is there already. Choose another name.")
    with plain_errors():
        if is_empty(settings, database):
            raise click.ClickException("There is no database yet, and nothing to keep.")
        try:
            with _written_whole(file) as (folder, archive):
                way = _back_up(settings, database, folder, archive)
        except StoreAway:
            raise
        except OSError as problem:
            raise click.ClickException(f"{file}: cannot be written ({problem.strerror}).") from None
    click.echo(
        f"{file}: {file.stat().st_size:,} bytes. `postdesk backup --verify` checks it, "
        "`postdesk restore` brings it back."
    )
    for line in in_flight(way.outbound, way.waiting):
        click.echo(line)
    say_left_out(left_out(settings))


def _back_up(
    settings: Settings, database: Database, folder: Path, archive: tarfile.TarFile
) -> _OnItsWay:
    from commands.database_copy import copied

    _write_tombstones(settings, database)
    place = open_place(settings, expected=_known_store(database))
    place.check()
    about = about_of(settings, f"{now()}") | {"store": place.expected}
    _add_text(archive, ABOUT, json.dumps(about))
    for name in KEPT_FILES:
        _add(archive, [(settings.data_dir / name, name)])
    _add(archive, [(settings.spool_dir / "id", SPOOL_ID)])
    journal = settings.spool_dir / "journal"
    before = _read_journal(journal)
    waiting = _files(settings.spool_dir / "new", SPOOL)
    _add(archive, waiting)
    present = {path.name for path, _ in waiting}
    _say("Copying the database …")
    with copied(settings, database, folder / DATABASE) as copy:
        _say("Adding it to the file …")
        _add(archive, [(folder / DATABASE, DATABASE)])
        for name, content in _as_of_copy(before, _read_journal(journal), present, copy).items():
            _add_text(archive, f"{JOURNAL}/{name}", content)
        way = _OnItsWay(copy.outbound(), len(present - copy.recorded(sorted(present))))
    (folder / DATABASE).unlink()
    _add_stored(archive, place)
    _add(archive, _files(settings.sent_dir, "sent"))
    return way


def _add_stored(archive: tarfile.TarFile, place: ObjectPlace) -> None:
    """Add the store's objects as they stand there; what goes meanwhile is in no row of the copy."""
    hidden = not is_watched()
    with click.progressbar(SHARDS, label="Stored files", file=sys.stderr, hidden=hidden) as bar:
        for shard in bar:
            for key, stored in fetched(place, sorted(place.listed(shard))):
                _add_text(archive, f"{BLOBS}/{key[:2]}/{key[2:]}", stored)


def _write_tombstones(settings: Settings, database: Database) -> None:
    """Have the data folder know of erasures that were made on another machine, too."""
    from helpdesk import tombstones
    from helpdesk.actions.erase_person import kept_tombstones
    from helpdesk.schema import fits

    if fits(database):  # else it knows of none yet
        with database.reading() as session:
            known = kept_tombstones(session)
        tombstones.write_tombstones(settings.data_dir / tombstones.NAME, known)


def _known_store(database: Database) -> str:
    from helpdesk.actions.recognise_store import known_store

    with database.reading() as session:
        return known_store(session)


def _say(line: str) -> None:
    """What goes on, for a person who waits."""
    if is_watched():
        click.echo(line, err=True)


@contextmanager
def _written_whole(file: Path) -> Iterator[tuple[Path, tarfile.TarFile]]:
    """An archive that gets its name when it is whole, and a folder beside it for scratch."""
    with tempfile.TemporaryDirectory(prefix=f".{file.name}.", dir=file.parent) as scratch:
        path = Path(scratch) / "archive"
        with path.open("xb") as raw:
            path.chmod(0o600)
            with tarfile.open(fileobj=raw, mode="w:gz", compresslevel=1) as archive:
                yield Path(scratch), archive
            raw.flush()
            os.fsync(raw.fileno())
        path.rename(file)


def _read_journal(folder: Path) -> Journal:
    while True:
        counts = _bytes_of(folder / "counts.json")
        logs = {path.name: _bytes_of(path) for path in sorted(folder.glob(f"*{_LOG}"))}
        # Old hours were folded meanwhile: a file may be gone that these counts do not have yet.
        if counts == _bytes_of(folder / "counts.json"):
            break
    found = {name: log[: len(log) - len(log) % RECORD_LENGTH] for name, log in logs.items()}
    handed_over = _bytes_of(folder / HANDED_OVER)
    beside = {"counts.json": counts, HANDED_OVER: handed_over}
    return found | {name: content for name, content in beside.items() if content}


def _as_of_copy(before: Journal, after: Journal, present: set[str], copy: Copy) -> Journal:
    """The journal as it was, with those of the mails accepted since that the copy has."""
    later = {
        name: after[name][len(before.get(name, b"")) :].decode("ascii").split()
        for name in after
        if name.endswith(_LOG)
    }
    names = [one for hour in later.values() for one in hour]
    there = present | copy.recorded(names)
    journal = dict(before)
    for name, hour in later.items():
        records = "".join(f"{one}\n" for one in hour if one in there)
        journal[name] = before.get(name, b"") + records.encode("ascii")
    return journal


def _files(folder: Path, name: str) -> list[tuple[Path, str]]:
    """The files under a folder, each with its name in the archive; those half written are not."""
    return [
        (path, f"{name}/{path.relative_to(folder)}")
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.name.startswith(".") and path.parent.name != "tmp"
    ]


def _add(archive: tarfile.TarFile, files: Iterable[tuple[Path, str]]) -> None:
    for path, name in files:
        # What is filed, or thrown away, meanwhile stands in the database's copy.
        with contextlib.suppress(FileNotFoundError):
            archive.add(path, name, recursive=False)


def _add_text(archive: tarfile.TarFile, name: str, content: str | bytes) -> None:
    content = content.encode() if isinstance(content, str) else content
    member = tarfile.TarInfo(name)
    member.size, member.mode = len(content), 0o600
    archive.addfile(member, io.BytesIO(content))


def _bytes_of(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return b""

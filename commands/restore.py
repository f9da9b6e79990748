"""``postdesk restore``: what a backup holds, brought back into an empty place."""

from __future__ import annotations

import os
import shutil
import tarfile
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from commands.backup_file import (
    BLOBS,
    DAMAGED,
    DATABASE,
    KEPT_FILES,
    in_flight,
    left_out,
    read_about,
    read_through,
    say_left_out,
)
from commands.data_folder import sole_use
from commands.environment import load_settings, now, plain_errors
from commands.store_identity import check_room, take_as_own
from commands.stored_objects import Put, written_to
from helpdesk.blobs import StoreAway, open_place
from helpdesk.blobs.store import is_key
from helpdesk.settings import Settings

if TYPE_CHECKING:
    from helpdesk.db import Database


@click.command("restore")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--erasures",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The erasures.jsonl of the lost data folder or a newer backup: who is in it is erased "
    "again. One that lies in the data folder is taken in any case.",
)
@click.option(
    "--keep-store",
    is_flag=True,
    help="The store of the settings is the one that the backup was made beside, and was not lost: "
    "only what is missing there is added.",
)
def restore_command(file: Path, erasures: Path | None, keep_store: bool) -> None:
    """Bring back what a backup FILE holds: into the data folder, the store and the database of the
    settings.

    All must be empty, so that nothing is ever overwritten. Whoever was erased since the backup was
    made is erased again, as far as erasures.jsonl says so.
    """
    from commands.database_copy import is_empty, put_back
    from commands.erase_again import erase_again, read_brought
    from helpdesk import db, schema
    from helpdesk.actions.report_part import forget_parts

    settings = load_settings()
    database = db.connect(settings)
    with sole_use(settings.data_dir), plain_errors(), _refused(file):
        # Read to its end before anything is written: one that was cut short brings back nothing.
        with read_through(file, "Reading") as archive:
            about = read_about(archive)
        _check_kind(about, settings)
        if not is_empty(settings, database) or any(map(_has_files, _folders(settings).values())):
            raise click.ClickException(
                f"There is a Postdesk already in {settings.data_dir} or its database. "
                "Name an empty folder (POSTDESK_DATA_DIR) and an empty database."
            )
        place = open_place(settings)
        check_room(place, str(about.get("store", "")), keep=keep_store)
        brought = read_brought(settings, erasures)
        with tempfile.TemporaryDirectory(prefix=".restore.", dir=settings.data_dir) as scratch:
            with read_through(file, "Unpacking") as archive, written_to(place) as put:
                _unpack(archive, settings, Path(scratch), put)
            # Last: where this is cut short, there is no database yet, and nothing starts by half.
            put_back(settings, Path(scratch) / DATABASE)
        schema.migrate(database)
        take_as_own(settings, database, place)
        again = erase_again(settings, database, brought, made=str(about["at"]))
        with database.transaction() as session:
            forget_parts(session)  # they lived where the backup was made
        on_its_way = _on_its_way(settings, database)
    click.echo(
        f"{file} is restored in {settings.data_dir}. Look at it: postdesk ledger; postdesk up"
    )
    for line in (*again, *on_its_way):
        click.echo(line)
    say_left_out(about.get("left_out") or left_out(settings))


def _on_its_way(settings: Settings, database: Database) -> list[str]:
    """What had not arrived yet when the backup was made."""
    from helpdesk.queries.ledger import already_recorded, waiting_names
    from helpdesk.queries.metrics import metric_counts

    names = waiting_names(settings.spool_dir)
    with database.reading() as session:
        waiting = len(names) - len(already_recorded(session, names))
        return in_flight(metric_counts(session, now=now()).outbound, waiting)


@contextmanager
def _refused(file: Path) -> Iterator[None]:
    try:
        yield
    except StoreAway:
        raise
    except DAMAGED:
        raise click.ClickException(f"{file} is no whole backup of Postdesk.") from None
    except OSError as problem:
        raise click.ClickException(f"{file}: {problem.strerror}.") from None


def _check_kind(about: Mapping[str, Any], settings: Settings) -> None:
    wanted = "sqlite" if settings.is_sqlite else "postgresql"
    if about["database"] != wanted:
        raise click.ClickException(
            f"This backup holds a database of {about['database']}, and POSTDESK_DATABASE_URL names "
            f"one of {wanted}."
        )


def _folders(settings: Settings) -> dict[str, Path]:
    """Where each folder of the archive belongs."""
    return {
        "spool": settings.spool_dir,
        "sent": settings.sent_dir,
    }


def _has_files(folder: Path) -> bool:
    return any(path.is_file() for path in folder.rglob("*"))


def _unpack(archive: tarfile.TarFile, settings: Settings, scratch: Path, put: Put) -> None:
    folders = _folders(settings)
    for member in archive:
        top, _, rest = member.name.partition("/")
        if rest and top == BLOBS:
            content = archive.extractfile(member)
            key = rest.replace("/", "")
            if content is not None and is_key(key):
                put(key, content.read())
        elif rest and top in folders:
            _extract(archive, member, rest, folders[top])
        elif member.name in KEPT_FILES:
            (settings.data_dir / member.name).unlink(missing_ok=True)  # made a moment ago
            _extract(archive, member, member.name, settings.data_dir)
        elif member.name == DATABASE:
            _extract(archive, member, DATABASE, scratch)


def _extract(archive: tarfile.TarFile, member: tarfile.TarInfo, name: str, folder: Path) -> None:
    content, path = archive.extractfile(member), folder / name
    # A name stays inside its folder, whatever it says.
    if content is None or ".." in path.parts or not path.is_relative_to(folder):
        raise tarfile.TarError(name)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        shutil.copyfileobj(content, file)
        file.flush()
        os.fsync(descriptor)

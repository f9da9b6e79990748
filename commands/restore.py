"""``postdesk restore``: what a backup holds, brought back into an empty place."""

from __future__ import annotations

import gzip
import json
import os
import shutil
import tarfile
import tempfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from commands.backup import ABOUT, DATABASE, FORMAT, KEPT_FILES
from commands.data_folder import sole_use
from commands.environment import load_settings, plain_errors
from helpdesk.settings import Settings

_AT_ONCE = 1024 * 1024


@click.command("restore")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def restore_command(file: Path) -> None:
    """Bring back what a backup FILE holds: into the data folder and the database of the settings.

    Both must be empty, so that nothing is ever overwritten.
    """
    from commands.database_copy import is_empty, put_back
    from helpdesk import db, schema

    settings = load_settings()
    database = db.connect(settings)
    with _opened(file) as archive, sole_use(settings.data_dir), plain_errors():
        _check_kind(archive, settings)
        if not is_empty(settings, database) or any(map(_has_files, _folders(settings).values())):
            raise click.ClickException(
                f"There is a Postdesk already in {settings.data_dir} or its database. "
                "Name an empty folder (POSTDESK_DATA_DIR) and an empty database."
            )
        with tempfile.TemporaryDirectory(prefix=".restore.", dir=settings.data_dir) as scratch:
            _unpack(archive, settings, Path(scratch))
            # Last: where this is cut short, there is no database yet, and nothing starts by half.
            put_back(settings, Path(scratch) / DATABASE)
        schema.migrate(database)
    click.echo(
        f"{file} is restored in {settings.data_dir}. Look at it: postdesk ledger; postdesk up"
    )


@contextmanager
def _opened(file: Path) -> Iterator[tarfile.TarFile]:
    wrong = click.ClickException(f"{file} is no whole backup of Postdesk.")
    try:
        # Read to its end before anything is written: one that was cut short brings back nothing.
        with gzip.open(file) as content:
            while content.read(_AT_ONCE):
                pass
        with tarfile.open(file, "r:gz") as archive:
            yield archive
    except (tarfile.TarError, zlib.error, EOFError, KeyError, ValueError):
        raise wrong from None
    except OSError as problem:
        if problem.errno is None:  # what gzip says of a file that is none
            raise wrong from None
        raise click.ClickException(f"{file}: {problem.strerror}.") from None


def _check_kind(archive: tarfile.TarFile, settings: Settings) -> None:
    first = archive.next()
    content = archive.extractfile(first) if first and first.name == ABOUT else None
    about = json.loads(content.read()) if content else {}
    if about["format"] != FORMAT:
        raise click.ClickException("This backup is of a later Postdesk: restore it with that one.")
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
        "blobs": Path(settings.blob_url),
        "sent": settings.sent_dir,
    }


def _has_files(folder: Path) -> bool:
    return any(path.is_file() for path in folder.rglob("*"))


def _unpack(archive: tarfile.TarFile, settings: Settings, scratch: Path) -> None:
    folders = _folders(settings)
    for member in archive:
        top, _, rest = member.name.partition("/")
        if rest and top in folders:
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

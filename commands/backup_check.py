"""``postdesk backup --verify``: whether a backup is whole, without bringing it back."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import IO, Any

import click

from commands.backup_file import (
    BLOBS,
    DAMAGED,
    DATABASE,
    JOURNAL,
    SPOOL,
    SPOOL_ID,
    in_flight,
    read_about,
    read_through,
    say_left_out,
)
from commands.backup_rows import Inventory, inventory, whole
from helpdesk import schema
from helpdesk.blobs.proving import proved
from helpdesk.disks import size_words
from helpdesk.mail_in.journal import JournalReader

_AT_ONCE = 1024 * 1024
_RENDERED = {"outbound_mail.rendered_sha256"}
"""Made again where it is missing: no reason to throw a backup away."""
_KINDS = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}


@dataclass
class Contents:
    """What a pass through the file found."""

    about: dict[str, Any] = field(default_factory=dict)
    sizes: dict[str, int] = field(default_factory=dict)
    """The stored files that are what their names say: key and size."""
    wrong: set[str] = field(default_factory=set)
    """The stored files that are something else."""
    parts: dict[str, frozenset[str]] = field(default_factory=dict)
    """For each of them, those that it cannot be read without."""
    waiting: set[str] = field(default_factory=set)
    spool_id: str = ""
    """What names the gateway's spool; empty where the machine is no gateway."""
    has_database: bool = False


def verify(file: Path) -> None:
    """Print what a backup holds, and a line on stderr for each thing that is wrong with it.

    :raises SystemExit: with 1, where anything is.
    """
    with _scratch(file) as folder:
        problems = list(_problems(file, folder))
    for problem in problems:
        click.echo(f"{file}: {problem}", err=True)
    if problems:
        raise SystemExit(1)


def _problems(file: Path, scratch: Path) -> Iterator[str]:
    found, copy = Contents(), scratch / DATABASE
    try:
        _read(file, scratch, found)
    except DAMAGED as problem:
        words = str(problem) or type(problem).__name__
        yield f"is damaged or cut short, and no whole backup ({words})"
        return
    except OSError as problem:
        raise click.ClickException(f"{file}: {problem.strerror or problem}.") from None
    if not found.has_database:
        yield "there is no database in it"
        return
    kind = found.about["database"]
    if broken := whole(copy, kind):
        yield from broken
        return
    try:
        rows = inventory(copy, kind, found.waiting)
    except ValueError as problem:
        yield str(problem)
        return
    _say_what_it_holds(file, found, rows)
    yield from _disagreements(found, rows)
    accepted = JournalReader(scratch / JOURNAL).count()
    # What other gateways accepted stands in their own journals.
    there = rows.inbound.total() - rows.elsewhere(found.spool_id)
    there += len(found.waiting - rows.recorded)
    if accepted != there:
        yield f"the ledger does not balance: {accepted:,} accepted, {there:,} are in it"


def _read(file: Path, scratch: Path, found: Contents) -> None:
    (scratch / JOURNAL).mkdir(parents=True)
    with read_through(file, "Reading") as archive:
        found.about = read_about(archive)
        for member in archive:
            folder, _, name = member.name.rpartition("/")
            content = archive.extractfile(member)
            if content is None:
                continue
            if member.name == DATABASE:
                found.has_database = True
                _copy(content, scratch / DATABASE)
            elif folder.partition("/")[0] == BLOBS:
                key = folder.removeprefix(f"{BLOBS}/") + name
                needs = proved(key, iter(partial(content.read, _AT_ONCE), b""))
                if needs is None:
                    found.wrong.add(key)
                else:
                    found.sizes[key] = member.size
                    found.parts[key] = frozenset(needs)
            elif member.name == SPOOL_ID:
                found.spool_id = content.read().decode("ascii", "replace").strip()
            elif folder == SPOOL:
                found.waiting.add(name)
            elif folder == JOURNAL:
                _copy(content, scratch / JOURNAL / name)


def _disagreements(found: Contents, rows: Inventory) -> Iterator[str]:
    if not schema.is_known(rows.revision):
        yield (
            f"its schema is {rows.revision or 'none'}, which this version does not know: restore "
            "it with the version that made it, or a later one"
        )
    for key in sorted(found.wrong):
        if rows.needed.get(key) != _RENDERED:
            yield f"the stored file {key} is damaged: its checksum is another"
    # What came after the database was copied may be there without its parts: no row names it.
    parts = {part for key in rows.needed for part in found.parts.get(key, ())}
    for key in sorted(parts - found.sizes.keys() - rows.needed.keys()):
        yield f"the stored file {key} is missing, which a stored mail is made of"
    for key in sorted(rows.needed.keys() - found.sizes.keys() - found.wrong):
        columns = rows.needed[key]
        if columns != _RENDERED:
            yield f"the stored file {key} is missing, which {', '.join(sorted(columns))} names"


def _say_what_it_holds(file: Path, found: Contents, rows: Inventory) -> None:
    about = found.about
    made = str(about.get("at", ""))[:16]
    click.echo(
        f"{file}: made {made} UTC by Postdesk {about.get('version', '(an earlier version)')}; "
        f"{_KINDS[about['database']]}, schema {rows.revision}."
    )
    waiting = len(found.waiting - rows.recorded)
    click.echo(
        f"It holds {rows.tickets:,} tickets, {rows.inbound.total() + waiting:,} mails in, "
        f"{rows.outbound.total():,} mails out, {len(found.sizes):,} stored files of "
        f"{size_words(sum(found.sizes.values()))}."
    )
    if elsewhere := rows.elsewhere(found.spool_id):
        click.echo(
            f"{elsewhere:,} of these mails came in by gateways on other machines. What waits on "
            "their disks, and their journals, are in a backup that is made there."
        )
    for line in in_flight(rows.outbound, waiting):
        click.echo(line)
    if about.get("left_out"):
        say_left_out(about["left_out"])


@contextmanager
def _scratch(file: Path) -> Iterator[Path]:
    """A folder beside the file, where there is room for one like it; else the system's."""
    try:
        scratch = tempfile.TemporaryDirectory(prefix=f".{file.name}.", dir=file.parent)
    except OSError:
        scratch = tempfile.TemporaryDirectory()
    with scratch as folder:
        yield Path(folder)


def _copy(content: IO[bytes], path: Path) -> None:
    with path.open("xb") as file:
        while piece := content.read(_AT_ONCE):
            file.write(piece)

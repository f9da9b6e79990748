"""The migrations that this code has, in their order, and what each says of itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from os import pathsep
from pathlib import Path

from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

_FOLDER = Path(__file__).parents[1] / "migrations"

Folders = tuple[Path, ...]
"""Folders with migrations beside our own: tests have a schema ahead of the code so."""


@dataclass(frozen=True)
class Revision:
    """One migration."""

    name: str
    words: str
    """What it is for, in a line."""
    least_code: str
    """Code whose newest migration is before this one does not work on the schema any more: this
    one *contracts*. Empty: it only adds, and the code of before goes on."""


def revisions(also: Folders = ()) -> tuple[Revision, ...]:
    """Return the migrations, oldest first.

    :raises LookupError: they are no single line: two were made after the same one.
    """
    return _revisions(also)  # the cache tells what is left out from what is given


@cache
def _revisions(also: Folders) -> tuple[Revision, ...]:
    script = ScriptDirectory.from_config(config(also=also))
    if len(heads := script.get_heads()) > 1:
        raise LookupError(f"There are {len(heads)} newest migrations: {', '.join(sorted(heads))}.")
    found = [
        Revision(
            one.revision,
            one.doc.rstrip("."),
            str(getattr(one.module, "least_code", "")),
        )
        for one in script.walk_revisions()
    ]
    return tuple(reversed(found))


def names(also: Folders = ()) -> list[str]:
    """Return the names of the migrations, oldest first."""
    return [one.name for one in revisions(also)]


def newest(also: Folders = ()) -> str:
    """Return the newest migration: by it others know what this code can work with."""
    return revisions(also)[-1].name


def newest_needed() -> str:
    """Return the newest migration that this code does not work without.

    Those that contract may wait until the last part of the version before has ended.
    """
    return next(one.name for one in reversed(revisions()) if not one.least_code)


def is_known(revision: str) -> bool:
    """Whether this code has the revision, so that it can bring a schema on from there."""
    return revision in names()


def least_code_at(revision: str, also: Folders = ()) -> str:
    """Return which code a schema at that revision needs at least; empty: any has done so far."""
    known = revisions(also)
    until = next((n + 1 for n, one in enumerate(known) if one.name == revision), 0)
    return next((one.least_code for one in reversed(known[:until]) if one.least_code), "")


def is_older(code: str, than: str, known: Sequence[str]) -> bool:
    """Whether the code whose newest migration is ``code`` is older than the one of ``than``.

    Code that knows migrations which are not known here is newer.
    """
    if not code:
        return True
    return code in known and known.index(code) < known.index(than)


def config(connection: Connection | None = None, also: Folders = ()) -> Config:
    """Return Alembic's configuration."""
    made = Config()
    made.set_main_option("script_location", str(_FOLDER))
    if also:
        made.set_main_option("path_separator", "os")
        folders = (_FOLDER / "versions", *also)
        made.set_main_option("version_locations", pathsep.join(map(str, folders)))
    made.attributes.update(connection=connection, also=also)
    return made

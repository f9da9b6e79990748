"""Bringing a schema up to date while Postdesk is at work (decision 47).

On PostgreSQL each migration stands by itself, and waits for a lock no longer than others may wait
behind it: then it lets go, and tries again. A migration that *contracts* waits until no part lives
whose code is too old for what comes out. On SQLite all is one transaction.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic.runtime.environment import EnvironmentContext
from alembic.runtime.migration import MigrationContext, RevisionStep
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text
from sqlalchemy.exc import OperationalError

from helpdesk.db import Database
from helpdesk.errors import HelpdeskError
from helpdesk.schema.alone import Say, nobody, transaction, turn
from helpdesk.schema.living import SILENT_AFTER, Living, LivingPart, living_parts
from helpdesk.schema.progress import ticking
from helpdesk.schema.revisions import (
    Folders,
    Revision,
    config,
    is_older,
    least_code_at,
    names,
    revisions,
)
from helpdesk.schema.state import (
    Fit,
    current_revision,
    schema_state,
    set_least_code,
)

LOCK_TIMEOUTS = (500, 500, 500, 1000, 1000, 2000)
"""Milliseconds that a migration waits for a lock, at each attempt; the last one from then on. So
long others may have to wait behind it."""
PAUSES = (0.5, 1.0, 2.0, 3.0, 4.0, 6.0)
"""Seconds after each attempt."""
PATIENCE = 1800.0
"""Seconds after which a lock that is never free is given up."""
FADING = SILENT_AFTER + 3.0
"""Seconds that parts which were just stopped may still seem to live."""
ANNOUNCED = 6.0
"""Seconds until a part that has just begun has said so."""
_LOCKED = ("55P03", "40P01")  # lock_not_available, deadlock_detected


class SchemaTooNew(HelpdeskError):
    """The schema needs newer code than this."""


class StillLocked(HelpdeskError):
    """Something holds a lock that a migration needs, and does not let go."""


def migrate(
    database: Database,
    revision: str = "head",
    *,
    say: Say = nobody,
    living: Living | None = None,
    also: Folders = (),
) -> bool:
    """Bring the schema up to ``revision``; no further than the parts that live allow.

    :param say: is told how it goes on; with what is held back, and why.
    :param living: tells which parts live; on PostgreSQL the database does.
    :param also: folders with more migrations, after our own.
    :returns: whether anything was done.
    :raises SchemaTooNew: the schema is ahead of this code, which does not work on it.
    :raises StillLocked: a lock was not to be had.
    """
    begin = _begin(database, say, also)
    if begin is None or begin == (names(also)[-1] if revision == "head" else revision):
        return False
    upgrade = _Upgrade(database, revision, say, living or (lambda: living_parts(database)), also)
    if database.is_sqlite:
        if begin:
            size = Path(database.engine.url.database or "").stat().st_size / 1e6
            say(f"SQLite, {size:,.0f} MB: nothing else is written meanwhile.")
        with transaction(database) as connection, ticking(connection, upgrade.say):
            begin, began = current_revision(connection), time.monotonic()
            upgrade.run(connection)
    else:
        with turn(database, say) as beside:
            # Its turn may have come after another one had done it.
            begin, began = current_revision(beside), time.monotonic()
            upgrade.run_patiently(beside)
    with database.reading() as session:
        end = current_revision(session.connection())
    if begin and end != begin:
        say(f"From {begin} to {end} in {time.monotonic() - began:.1f} s.")
    return end != begin


def _begin(database: Database, say: Say, also: Folders) -> str | None:
    """Where the schema is; None where it is ahead of this code, and that is well."""
    with database.reading() as session:
        found = current_revision(session.connection())
    if not found or found in names(also):
        return found
    state = schema_state(database)
    if state.fit is Fit.TOO_NEW:
        raise SchemaTooNew(f"{state.words[0].upper()}{state.words[1:]}.")
    say(f"{state.words[0].upper()}{state.words[1:]}: there is nothing to do.")
    return None


class _Upgrade:
    """One run of ``migrate``."""

    def __init__(
        self, database: Database, target: str, say: Say, living: Living, also: Folders
    ) -> None:
        self._database = database
        self._target = target
        self._tell = say
        self._living = living
        self._also = also
        self._by_name = {one.name: one for one in revisions(also)}
        self._is_new = False
        self._moved_at = time.monotonic()

    def say(self, line: str) -> None:
        """Say how it goes on; a database that is made anew needs no words."""
        if not self._is_new:
            self._tell(line)

    def run_patiently(self, beside: Connection) -> None:
        """Run, again and again while a lock is not to be had.

        :param beside: another connection, to ask by.
        """
        attempts = 0
        while True:
            moved_at = self._moved_at
            try:
                with _impatient(self._database, attempts) as connection:
                    self.run(connection)
                return
            except OperationalError as problem:
                if getattr(problem.orig, "sqlstate", "") not in _LOCKED:
                    raise
            pause = PAUSES[min(attempts, len(PAUSES) - 1)]
            attempts = attempts + 1 if self._moved_at == moved_at else 1
            blocker = _blocker(beside)
            if time.monotonic() - self._moved_at > PATIENCE:
                raise StillLocked(f"A lock was not to be had in {PATIENCE:.0f} s{blocker}.")
            self.say(f"  locked by others{blocker}; again in {pause:g} s")
            time.sleep(pause)

    def run(self, connection: Connection) -> None:
        """Do what is still to be done."""
        configuration = config(connection, self._also)
        configuration.attributes["say"] = self.say
        script = ScriptDirectory.from_config(configuration)

        def steps(begin: Any, _: MigrationContext) -> Iterator[RevisionStep]:
            self._is_new = not begin
            yield from self._each(script._upgrade_revs(self._target, begin))

        with EnvironmentContext(configuration, script, fn=steps, destination_rev=self._target):
            script.run_env()

    def _each(self, steps: Iterable[RevisionStep]) -> Iterator[RevisionStep]:
        """The steps that may be done now. What stands here runs between two of them."""
        for step in steps:
            one = self._by_name[step.revision.revision]
            if one.least_code and not self._may_contract(one):
                return
            self.say(f"{one.name}: {one.words}")
            began = time.monotonic()
            yield step
            self._moved_at = time.monotonic()
            if (took := self._moved_at - began) >= 1:
                self.say(f"  done in {took:.0f} s")

    def _may_contract(self, one: Revision) -> bool:
        older = self._older(one.least_code, seconds=FADING)
        if not older and not self._database.is_sqlite and self._living():
            # One that has just begun has not said so yet: from now on no older one begins.
            self._announce(one.least_code)
            time.sleep(ANNOUNCED)
            if older := self._older(one.least_code, seconds=0):
                with self._database.reading() as session:
                    now_at = current_revision(session.connection())
                self._announce(least_code_at(now_at, self._also))
        if older:
            parts = ", ".join(sorted({f"{part.part} on {part.machine}" for part in older}))
            self._tell(
                f"{one.name} waits, as it is not for the version of before, which still runs "
                f"({parts}). Upgrade that, or stop it, and run `postdesk migrate` again."
            )
        return not older

    def _older(self, least_code: str, *, seconds: float) -> list[LivingPart]:
        """The parts that live and are too old, once those that were stopped are silent."""
        until = time.monotonic() + seconds
        known = list(self._by_name)
        while True:
            parts = self._living()
            older = [part for part in parts if is_older(part.knows, least_code, known)]
            if not older or time.monotonic() > until:
                return older
            time.sleep(0.5)

    def _announce(self, least_code: str) -> None:
        with self._database.transaction() as session:
            set_least_code(session.connection(), least_code)


@contextmanager
def _impatient(database: Database, attempts: int) -> Iterator[Connection]:
    """A connection that waits for no lock for long. Nobody gets it after this."""
    timeout = LOCK_TIMEOUTS[min(attempts, len(LOCK_TIMEOUTS) - 1)]
    with database.engine.connect() as connection:
        try:
            with connection.begin():
                connection.execute(text(f"SET lock_timeout = {timeout}"))
            yield connection
        finally:
            connection.invalidate()


def _blocker(connection: Connection) -> str:
    """Who has been in a transaction for longest, in words; nothing of what it does."""
    connection.execute(text("SELECT pg_stat_clear_snapshot()"))
    found = connection.execute(_OLDEST).first()
    if found is None:
        return ""
    name, pid, seconds = found
    return f" (the oldest transaction: {name or 'unnamed'}, process {pid}, for {seconds:.0f} s)"


_OLDEST = text(
    "SELECT application_name, pid, extract(epoch FROM clock_timestamp() - xact_start)"
    " FROM pg_stat_activity"
    " WHERE datname = current_database() AND xact_start IS NOT NULL AND pid <> pg_backend_pid()"
    " AND backend_type = 'client backend' ORDER BY xact_start LIMIT 1"
)

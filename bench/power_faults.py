"""A power cut keeps what was synced: look, with strace, whether each mail was, before its 250.

Run by ``python -m bench.faults``. That SQLite and PostgreSQL sync each commit is a matter of their
settings, and asked of them: a mail leaves the spool once its commit is through.
"""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from bench.mails import new_mails
from helpdesk.db import connect
from helpdesk.schema import migrate
from helpdesk.settings import load
from mailgate.spool.spool import Spool
from tests.mailgate.smtp.server_process import ServerProcess
from tests.support.traced_syncs import all_synced, traced

NAME = "power cut: synced before its 250"
_FULL = 2
"""How SQLite calls ``synchronous=FULL``."""


@dataclass(frozen=True)
class Outcome:
    """What the kernel saw."""

    accepted: int
    spooled: int
    synced: int
    database_syncs: bool

    @property
    def holds(self) -> bool:
        return self.accepted == self.spooled == self.synced and self.database_syncs

    def __str__(self) -> str:
        sync = "syncs" if self.database_syncs else "does NOT sync"
        return (
            f"accepted {self.accepted}, of these in the spool {self.spooled}, with file, journal "
            f"and folder synced before the 250 {self.synced}; SQLite {sync} each commit"
        )


def run(mails: int) -> Outcome:
    """Have a traced server take so many mails, one after the other."""
    with tempfile.TemporaryDirectory(prefix="postdesk-power-") as name:
        folder = Path(name)
        server, trace = ServerProcess(folder), folder / "trace"
        with server.running(under=traced(trace)):
            accepted = sum(server.send(mail.content) for mail in new_mails(mails, "power"))
        spooled = Spool(server.data_dir / "spool").waiting_count()
        return Outcome(accepted, spooled, sum(all_synced(trace)), _sqlite_syncs(folder))


def _sqlite_syncs(folder: Path) -> bool:
    database = connect(load({"POSTDESK_DATA_DIR": str(folder / "var")}))
    migrate(database)
    with database.reading() as session:
        mode = session.connection().exec_driver_sql("PRAGMA synchronous").scalar()
    database.dispose()
    return mode == _FULL


def main(mails: int, _seed: int, only: str) -> bool:
    """Run it where its name contains ``only``, and print it; whether it held."""
    if only.lower() not in NAME:
        return True
    if not shutil.which("strace"):
        print(f"\n{NAME}: strace is not installed (on Debian: apt install strace)")
        return False
    found = run(mails)
    print(f"\n{NAME}: {found}", flush=True)
    return found.holds

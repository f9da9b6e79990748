"""What ``postdesk up`` costs while nothing happens: wake-ups, memory and CPU, by process.

A wake-up is a thread that slept and runs again (``voluntary_ctxt_switches``). Memory is the
proportional set size: what processes share counts once among them. The database's own processes,
where it is not SQLite, are not Postdesk's, and not counted.

It is measured as it is installed: started once before, since what Python compiled it keeps, and
compiling costs memory; and by a program beside which stands nothing that only the tests need, as
some libraries load whatever they find (``make setup VENV=/tmp/plain``, then ``--program
/tmp/plain/bin/postdesk``).
"""

from __future__ import annotations

import re
import tempfile
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from bench import seed
from tests.support.process_tree import Process, tree
from tests.support.running import POSTDESK, RunningPostdesk
from tests.support.servers import PostgreSQL

SETTLES = 20.0
"""Seconds after the start in which all that is done once is done."""
WAKE_UPS_LIMIT, MIB_LIMIT = 10.0, 300.0


@dataclass(frozen=True)
class Idle:
    """What it costs while nothing happens."""

    database: str
    seconds: float
    wake_ups_per_s: float
    pss_mib: float
    cpu_ms_per_s: float
    wake_ups_by_process: dict[str, float]
    pss_by_process: dict[str, float]


def measure(kind: str, *, seconds: float = 60, program: Path = POSTDESK) -> Idle:
    """Run the measurement on ``sqlite`` or ``postgresql``."""
    server = PostgreSQL(durable=True) if kind == "postgresql" else None
    try:
        with tempfile.TemporaryDirectory(prefix="postdesk-bench-") as folder:
            changed = {"DATABASE_URL": server.url()} if server else {}
            postdesk = RunningPostdesk(Path(folder), **changed)
            postdesk.program = program
            postdesk.environment.pop("PYTHONDONTWRITEBYTECODE", None)
            postdesk.environment["PYTHONPYCACHEPREFIX"] = str(Path(folder) / "compiled")
            postdesk.start().stop()
            with postdesk:
                postdesk.command("mailbox", "add", seed.MAILBOX)
                time.sleep(SETTLES)
                return _measure(kind, postdesk.pid, seconds)
    finally:
        if server:
            server.close()


def _measure(kind: str, pid: int, seconds: float) -> Idle:
    before, began = {one.pid: (_wake_ups(one), one.cpu) for one in tree(pid)}, time.monotonic()
    time.sleep(seconds)
    took = time.monotonic() - began
    after = tree(pid)
    assert {one.pid for one in after} == before.keys(), "a process came or went"
    wake_ups, memory, cpu = Counter[str](), Counter[str](), 0.0
    for one in after:
        name = _name(one)
        wake_ups[name] += _wake_ups(one) - before[one.pid][0]
        memory[name] += _pss(one)
        cpu += one.cpu - before[one.pid][1]
    return Idle(
        kind,
        round(took),
        round(wake_ups.total() / took, 1),
        round(memory.total() / 1024, 1),
        round(cpu * 1000 / took, 1),
        {name: round(count / took, 2) for name, count in wake_ups.most_common()},
        {name: round(kib / 1024, 1) for name, kib in memory.most_common()},
    )


def _name(process: Process) -> str:
    """What a process is called: its command, without where its program lies."""
    words = re.sub(r"\S*/", "", process.command)
    return re.split(r" (?:--port|\*|/)|:\d+$", words)[0].strip()[:60] or "?"


def _wake_ups(process: Process) -> int:
    """Of all its threads, since each began."""
    found = 0
    for task in Path(f"/proc/{process.pid}/task").iterdir():
        status = (task / "status").read_text()
        found += int(re.findall(r"^voluntary_ctxt_switches:\s*(\d+)", status, re.M)[0])
    return found


def _pss(process: Process) -> int:
    """In KiB."""
    rollup = Path(f"/proc/{process.pid}/smaps_rollup").read_text()
    return int(re.findall(r"^Pss:\s*(\d+)", rollup, re.M)[0])

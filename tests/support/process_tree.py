"""Process trees, read from ``/proc``: who belongs to one, and what CPU it has used."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

WEB = "[postdesk web]"
"""Words of what ``ps`` shows of the web server, its first process before the others."""
_TICK = os.sysconf("SC_CLK_TCK") if hasattr(os, "sysconf") else 100


@dataclass(frozen=True)
class Process:
    """One process at one moment. ``cpu`` in seconds, with that of its children that have ended."""

    pid: int
    parent: int
    state: str
    cpu: float
    command: str


def tree(root: int) -> list[Process]:
    """The process ``root`` and all that it started, directly or not, oldest first."""
    every = _all()
    found = [process for process in every.values() if process.pid == root]
    for process in found:  # grows while it is walked: breadth first
        found += sorted(
            (other for other in every.values() if other.parent == process.pid),
            key=lambda other: other.pid,
        )
    return found


def cpu_seconds(*roots: int) -> float:
    """CPU used so far by whole process trees, ended children included."""
    return sum(process.cpu for root in roots for process in tree(root))


def find(root: int, words: str) -> list[Process]:
    """The processes below ``root`` whose command line contains ``words``, zombies left out."""
    return [p for p in tree(root) if words in p.command and p.state != "Z"]


def resident_bytes(pid: int) -> int:
    """The memory that a process holds, in bytes."""
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def _all() -> dict[int, Process]:
    found = (_read(int(entry.name)) for entry in Path("/proc").iterdir() if entry.name.isdigit())
    return {process.pid: process for process in found if process}


def _read(pid: int) -> Process | None:
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
        command = Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return None  # it has ended meanwhile
    # The name stands in brackets and may itself hold spaces and brackets (proc(5)).
    fields = stat[stat.rindex(")") + 2 :].split()
    ticks = sum(int(fields[index]) for index in (11, 12, 13, 14))
    words = command.replace(b"\0", b" ").decode(errors="replace").strip()
    return Process(pid, int(fields[1]), fields[0], ticks / _TICK, words)

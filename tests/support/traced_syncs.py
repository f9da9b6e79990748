"""What the kernel saw of an SMTP server: whether each mail was on the disk before its 250."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

_CALLS = "trace=fsync,fdatasync,rename,sendto,recvfrom"


def traced(trace: Path) -> list[str]:
    """The command under which a server is to run, with one client at a time."""
    return ["strace", "-f", "-y", "-s", "64", "-e", _CALLS, "-o", str(trace)]


def all_synced(trace: Path) -> list[bool]:
    """Of each mail that was answered with 250, whether after its last byte its file, the journal
    and the folder were synced, in this order, and only then the answer was sent."""
    events = list(_events(trace.read_text()))
    answers = [place for place, event in enumerate(events) if event == "250 kept"]
    found, before = [], 0
    for answer in answers:
        last_byte = max(p for p in range(before, answer) if events[p] == "received")
        between = events[last_byte:answer]
        steps = [step for step in ("sync tmp", "sync journal", "sync new") if step in between]
        order = [between.index(step) for step in steps]
        found.append(len(steps) == 3 and order == sorted(order) and between[-1] == "sync new")
        before = answer
    return found


def _events(trace: str) -> Iterator[str]:
    """What matters of a trace, in the order in which it ended (``-f``: threads interleave)."""
    begun: dict[str, str] = {}
    for line in trace.splitlines():
        thread, _, call = line.partition(" ")
        call = call.strip()
        if call.endswith("<unfinished ...>"):
            begun[thread] = call
            if not call.startswith("sendto"):
                continue
        elif resumed := re.match(r"<\.\.\. \w+ resumed>", call):
            if begun[thread].startswith("sendto"):
                continue  # counted where it began: nothing may be sent before its time
            call = begun.pop(thread) + call[resumed.end() :]
        if synced := re.match(r"f(?:data)?sync\(\d+<.*/spool/(tmp|journal|new)\b", call):
            yield f"sync {synced[1]}"
        elif call.startswith("recvfrom") and re.search(r"(?<!, 4096), 0, .* = [1-9]\d*$", call):
            yield "received"  # from a client: asyncio reads its own wake-ups 4,096 bytes at a time
        elif call.startswith("sendto") and "250 2.0.0 OK, kept as" in call:
            yield "250 kept"

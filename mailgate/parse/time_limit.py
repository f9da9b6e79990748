"""How long a child process may take over one mail: by the clock, and on a busy machine by the CPU.

A limit by the clock alone blames a mail for what other programs do: where ten of them want two
cores, an ordinary mail takes ten times as long, and would be treated as one that is slow to read.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

STARVED_TIMES = 4
"""A child that got less of the CPU than its seconds may take so many times as long by the clock."""
LONGEST = 30.0
"""Seconds by the clock that no mail may take, however busy the machine."""
_SCHEDULED = 2
"""CPUCLOCK_SCHED of the kernel: a process's clock of the time that its threads ran."""


@dataclass(frozen=True)
class TimeLimit:
    """The seconds of one mail, in a child process."""

    seconds: float
    """By the clock, and that much of the CPU at least where the system can tell."""
    pid: int
    began: float
    """Of the monotonic clock."""
    used: float | None
    """Seconds of the CPU that the child had used by then; None where the system cannot tell."""

    @classmethod
    def start(cls, pid: int, seconds: float) -> TimeLimit:
        """Begin to count, for a child that is alive."""
        return cls(seconds, pid, time.monotonic(), _cpu_seconds(pid))

    def left(self) -> float:
        """Return the seconds that the child may still take before it is asked again; 0 for none."""
        passed = time.monotonic() - self.began
        if passed < self.seconds:
            return self.seconds - passed
        most = max(self.seconds, min(self.seconds * STARVED_TIMES, LONGEST))
        used = None if self.used is None else _cpu_seconds(self.pid)
        if used is None or self.used is None:
            return 0
        return max(0, min(self.seconds - (used - self.used), most - passed))


def _cpu_seconds(pid: int) -> float | None:
    """Return the CPU time of a process, or None: it ended, or only Linux would know.

    The clock's number is the one that clock_getcpuclockid(3) makes of a process's.
    """
    try:
        return time.clock_gettime(~pid << 3 | _SCHEDULED)
    except (AttributeError, OSError):
        return None

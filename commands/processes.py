"""What every process that we start is given: it ends when whoever started it does."""

from __future__ import annotations

import ctypes
import os
import signal
import sys
from collections.abc import Callable
from functools import partial

_PR_SET_PDEATHSIG = 1


def ends_with_parent() -> Callable[[], object] | None:
    """For ``preexec_fn``: the child gets SIGTERM when its parent dies (prctl(2); Linux only).

    To be called by the parent, just before it starts the child.
    """
    if sys.platform != "linux":
        return None
    libc = ctypes.CDLL(None)  # loaded before the fork: after it, only async-signal-safe calls
    return partial(_end_with, os.getpid(), libc)


def _end_with(parent: int, libc: ctypes.CDLL) -> None:
    libc.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != parent:  # it died before it could be asked for
        os._exit(1)

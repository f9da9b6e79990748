"""What every process that we start is given: it ends when whoever started it does."""

from __future__ import annotations

import ctypes
import signal
import sys
from collections.abc import Callable
from functools import partial

_PR_SET_PDEATHSIG = 1


def ends_with_parent() -> Callable[[], object] | None:
    """For ``preexec_fn``: the child gets SIGTERM when its parent dies (prctl(2); Linux only)."""
    if sys.platform != "linux":
        return None
    libc = ctypes.CDLL(None)  # loaded before the fork: after it, only async-signal-safe calls
    return partial(libc.prctl, _PR_SET_PDEATHSIG, signal.SIGTERM)

"""A fork leaves its parent's memory alone."""

from __future__ import annotations

import ctypes
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or not hasattr(ctypes.CDLL(None), "gnu_get_libc_version"),
    reason="another library keeps its blocks otherwise",
)
FORKS = """
import os, re
from pathlib import Path
from commands.shared_memory import keep_shared

blocks = [bytes(700) for _ in range(20_000)]
del blocks[::2]
keep_shared()
child = os.fork()
if not child:
    own = [bytes(700) for _ in range(1_000)]
    larger = [bytes(20_000) for _ in range(20)]
    rollup = Path("/proc/self/smaps_rollup").read_text()
    print(re.findall(r"^Private_Dirty:\\s*(\\d+)", rollup, re.M)[0], flush=True)
    os._exit(0)
os.waitpid(child, 0)
"""


def test_what_a_fork_keeps_goes_into_no_hole_of_what_it_shares() -> None:
    """There are 10,000, on 3,500 pages: to write to each of them would cost 14 MiB."""
    found = subprocess.run(
        [sys.executable, "-c", FORKS],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert int(found.stdout) < 6 * 1024

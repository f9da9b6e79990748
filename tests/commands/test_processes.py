"""A process that was started by ours ends when ours does."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.servers import wait_until

_PARENT = """
import subprocess, sys, time
from commands.processes import ends_with_parent
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"],
                         preexec_fn=ends_with_parent())
print(child.pid, flush=True)
time.sleep(60)
"""


def _lives(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().split(") ")[1][0] != "Z"
    except FileNotFoundError:
        return False


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child of its parent's end")
def test_a_child_ends_with_a_parent_that_was_killed() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", _PARENT], stdout=subprocess.PIPE, text=True
    ) as parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        assert _lives(child)
        os.kill(parent.pid, signal.SIGKILL)
    wait_until("the child to end", lambda: not _lives(child))


_LATE = """
import os
from commands.processes import ends_with_parent
arm, parent = ends_with_parent(), os.getpid()
if os.fork() == 0:
    while os.getppid() == parent:
        pass
    arm()
    os.write(1, b"it lives on")
"""


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child of its parent's end")
def test_a_child_that_was_started_just_as_its_parent_died_ends_too() -> None:
    with subprocess.Popen([sys.executable, "-c", _LATE], stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        assert parent.stdout.read() == b""  # the pipe closes when the last of them has ended

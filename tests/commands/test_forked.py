"""Parts that are forked: they run the command, as a process of their own."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from tests.support.process_tree import Process, find
from tests.support.servers import wait_until

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="elsewhere nothing is forked")
ENDS = """
import os, sys
from commands.forked import fork_command
for arguments in (["--version"], ["no-such-command"]):
    print(fork_command(arguments, os.environ).wait(30))
"""
SUPERVISES = """
import sys
from commands.supervisor import Part, Supervisor
kept = open(sys.argv[1], "w")
Supervisor([Part("the sweep", ("worker", "--only", "sweep"))]).run()
"""


def program(code: str, *arguments: str, folder: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", code, *arguments],
        env={
            **os.environ,
            "PYTHONPATH": str(Path(__file__).parents[2]),
            "POSTDESK_DATA_DIR": str(folder / "var"),
        },
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_its_status_is_the_commands(tmp_path: Path) -> None:
    said, errors = program(ENDS, folder=tmp_path).communicate(timeout=60)
    assert said.split()[-1] == "2"
    assert "0" in said.split()
    assert "no-such-command" in errors
    assert "Traceback" not in errors


def the_sweep(supervisor: int, but: int = 0) -> Process:
    """The sweep, once it runs: not a fork of it, which asks the database at its start."""
    found: list[Process] = []

    def runs() -> bool:
        named = find(supervisor, "worker --only sweep")
        with suppress(ProcessLookupError):  # it ended while it was looked at
            found[:] = [one for one in named if one.pid != but and leads(one)]
        return bool(found)

    wait_until("it runs", runs)
    return found[0]


def leads(process: Process) -> bool:
    """Whether it is a part: each has a session of its own."""
    return os.getsid(process.pid) == process.pid


def test_it_is_named_holds_nothing_of_its_parent_and_is_begun_anew(tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    process = program(SUPERVISES, str(kept), folder=tmp_path)
    try:
        forked = the_sweep(process.pid)
        assert forked.command == "postdesk worker --only sweep"
        fds = Path(f"/proc/{forked.pid}/fd")
        opened = [str(one.readlink()) for one in fds.iterdir()]
        assert str((fds / "0").readlink()) == os.devnull
        assert str(kept) not in opened
        os.kill(forked.pid, 9)

        now = the_sweep(process.pid, but=forked.pid)
    finally:
        process.terminate()
        process.communicate(timeout=30)
    assert not Path(f"/proc/{now.pid}").exists()

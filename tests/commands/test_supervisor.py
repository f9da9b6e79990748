"""The supervisor: starts what dies, and ends all of it; with parts that are only made for this."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.process_tree import tree
from tests.support.servers import wait_until

PROGRAM = """
import sys
from commands.supervisor import Part, Supervisor
part = "import os, sys, time, signal; open(sys.argv[1], 'a').write(f'{os.getpid()}\\\\n'); "
part += "signal.signal(signal.SIGTERM, signal.SIG_IGN) if sys.argv[2] == 'deaf' else None; "
part += "time.sleep(60)"
parts = [Part(name, (name, name)) for name in ("calm", "deaf")]
Supervisor(parts, command=(sys.executable, "-c", part)).run()
"""


@pytest.fixture
def supervisor(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
        stderr=subprocess.PIPE,
        text=True,
    )
    wait_until("both parts run", lambda: pids(tmp_path, "calm") and pids(tmp_path, "deaf"))
    yield process
    process.kill()
    process.wait()


def pids(folder: Path, name: str) -> list[int]:
    """The process ids that a part had, oldest first."""
    path = folder / name
    return [int(line) for line in path.read_text().split()] if path.exists() else []


def alive(pid: int) -> bool:
    return any(process.state != "Z" for process in tree(pid))


def test_a_part_that_dies_is_started_again(
    supervisor: subprocess.Popen[str], tmp_path: Path
) -> None:
    first, other = pids(tmp_path, "calm")[0], pids(tmp_path, "deaf")[0]
    os.kill(first, signal.SIGKILL)
    wait_until("it runs again", lambda: len(pids(tmp_path, "calm")) == 2)
    assert alive(pids(tmp_path, "calm")[-1])
    assert pids(tmp_path, "deaf") == [other]
    supervisor.send_signal(signal.SIGTERM)
    _, errors = supervisor.communicate(timeout=20)
    assert errors.splitlines() == ["postdesk: calm ended (SIGKILL); starting it again"]


@pytest.mark.skipif(sys.platform != "linux", reason="/dev/full is Linux's")
def test_it_goes_on_where_the_disk_under_its_log_is_full(tmp_path: Path) -> None:
    with Path("/dev/full").open("wb") as full:
        process = subprocess.Popen(
            [sys.executable, "-c", PROGRAM],
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
            stderr=full,
        )
    try:
        wait_until("both run", lambda: pids(tmp_path, "calm") and pids(tmp_path, "deaf"))
        os.kill(pids(tmp_path, "calm")[0], signal.SIGKILL)
        wait_until("it runs again", lambda: len(pids(tmp_path, "calm")) == 2)
        assert process.poll() is None
    finally:
        process.terminate()
        process.wait(20)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_ends_even_a_part_that_hears_nothing(
    supervisor: subprocess.Popen[str], tmp_path: Path, number: signal.Signals
) -> None:
    time.sleep(0.3)  # the deaf part is deaf only once it has begun
    supervisor.send_signal(number)
    assert supervisor.wait(20) == 0
    assert not any(alive(pid) for name in ("calm", "deaf") for pid in pids(tmp_path, name))


def test_no_part_outlives_a_supervisor_that_was_killed(
    supervisor: subprocess.Popen[str], tmp_path: Path
) -> None:
    if sys.platform != "linux":
        pytest.skip("only Linux tells a process that its parent died")
    supervisor.kill()
    supervisor.wait()
    wait_until("the part has ended", lambda: not alive(pids(tmp_path, "calm")[0]))
    os.kill(pids(tmp_path, "deaf")[0], signal.SIGKILL)


WANTED_PROGRAM = """
import sys
from pathlib import Path
from commands.supervisor import Part, Supervisor
part = "import os, sys, time; open(sys.argv[1], 'a').write(f'{os.getpid()}\\\\n'); time.sleep(60)"
parts = [Part("now and then", ("now",), wanted=Path("wanted").exists)]
Supervisor(parts, command=(sys.executable, "-c", part)).run()
"""


def test_a_part_runs_while_it_has_something_to_do(tmp_path: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", WANTED_PROGRAM],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
    )
    try:
        time.sleep(0.5)
        assert pids(tmp_path, "now") == []
        (tmp_path / "wanted").touch()
        wait_until("it runs", lambda: pids(tmp_path, "now"))
        (tmp_path / "wanted").unlink()
        wait_until("it ends", lambda: not alive(pids(tmp_path, "now")[0]))
        (tmp_path / "wanted").touch()
        wait_until("it runs again", lambda: len(pids(tmp_path, "now")) == 2)
    finally:
        process.terminate()
        process.wait(10)

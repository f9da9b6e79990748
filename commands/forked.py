"""Starts a ``postdesk`` command as a fork of this process: what it needs is loaded here already.

Loading it is most of what a part's start costs, and every part loads the same. Forked, they share
that, in time and in memory (decision 36).
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
import traceback
from collections.abc import Mapping, Sequence
from contextlib import suppress
from importlib import import_module
from typing import NoReturn

from setproctitle import setproctitle

from commands.processes import ends_with_parent
from commands.shared_memory import keep_shared

_LOADED_BY_ALL = (
    "commands.main",
    "commands.mailgate",
    "commands.part_reports",
    "commands.schema_fit",
    "commands.store_identity",
    "commands.web",
    "commands.worker",
    "gunicorn.arbiter",
    "helpdesk.actions.receive_mail",
    "helpdesk.actions.recognise_key",
    "helpdesk.db",
    "jobs.worker",
    "mailgate.filing.filer",
    "mailgate.smtp.posted_mail",
    "mailgate.smtp.server",
    "web.api.register",
    "web.audit_words",
    "web.compiled_templates",
    "web.desk.pages",
    "web.errors",
    "web.portal.pages",
    "web.server.worker",
    "web.warmed",
)
"""Not what counts for the metrics: its library decides when it is loaded where to count."""
_MOST_FILES = 4096


def may_fork() -> bool:
    """Whether this process may fork: another thread's locks would stay locked in the child."""
    return hasattr(os, "fork") and threading.active_count() == 1 and sys.platform == "linux"


def load_for_all() -> None:
    """Load what the parts need, before they are forked."""
    from helpdesk.schema.revisions import revisions

    for module in _LOADED_BY_ALL:
        import_module(module)
    revisions()  # each part looks whether the schema is one that it knows
    keep_shared()


class Forked:
    """A forked process, with what a supervisor asks of a ``subprocess.Popen``."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self.returncode: int | None = None

    def poll(self) -> int | None:
        """Its exit status, as ``subprocess`` has it; None while it runs."""
        if self.returncode is None:
            try:
                pid, status = os.waitpid(self.pid, os.WNOHANG)
            except ChildProcessError:  # somebody else waited for it
                pid, status = self.pid, 0
            if pid:
                self.returncode = os.waitstatus_to_exitcode(status)
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """Wait until it ends.

        :raises subprocess.TimeoutExpired:
        """
        until = None if timeout is None else time.monotonic() + timeout
        while (code := self.poll()) is None:
            if until is not None and time.monotonic() > until:
                raise subprocess.TimeoutExpired(f"process {self.pid}", timeout or 0)
            time.sleep(0.02)
        return code

    def terminate(self) -> None:
        """Ask it to end."""
        self._send(signal.SIGTERM)

    def kill(self) -> None:
        """End it."""
        self._send(signal.SIGKILL)

    def _send(self, number: signal.Signals) -> None:
        if self.poll() is None:
            os.kill(self.pid, number)


def fork_command(arguments: Sequence[str], environment: Mapping[str, str]) -> Forked:
    """Run ``postdesk`` with these arguments in a child, which ends when this process does.

    :param environment: all of the child's.
    """
    sys.stdout.flush()
    sys.stderr.flush()
    end_with_parent = ends_with_parent()
    pid = os.fork()
    if pid:
        return Forked(pid)
    try:
        # A Ctrl-C goes to the whole group: the parts hear of it from the supervisor, in order.
        os.setsid()
        if end_with_parent is not None:
            end_with_parent()
        _run(arguments, environment)
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(70)  # the child never returns into its parent's code


def _run(arguments: Sequence[str], environment: Mapping[str, str]) -> NoReturn:
    sys.argv = ["postdesk", *arguments]
    setproctitle(" ".join(sys.argv))  # before the environment, beside which the name stands
    for number in (signal.SIGTERM, signal.SIGCHLD):
        signal.signal(number, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.set_wakeup_fd(-1)
    # What the parent has open is its own: the lock of the data folder above all.
    os.closerange(3, _MOST_FILES)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.environ.clear()
    os.environ.update(environment)
    from commands.main import main

    code = 0
    try:
        main(args=list(arguments), prog_name="postdesk")
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
    with suppress(OSError):
        sys.stdout.flush()
        sys.stderr.flush()
    os._exit(code)

"""Runs Postdesk's parts as processes: starts them again when they die, ends them all together.

Each part is a ``postdesk`` command of its own. On Linux a part gets SIGTERM when the supervisor
dies, however that happens, so nothing is left behind that would hold a port or the data folder.
"""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

from commands.forked import Forked, fork_command, load_for_all, may_fork
from commands.processes import ends_with_parent
from helpdesk.outages import Outage

CALM = 10.0
"""A part that lived so many seconds is started again at once when it dies."""
LONGEST_WAIT = 2.0
LOOK_EVERY = 2.0
"""Seconds between two looks while nothing happens. A part that dies is heard of at once."""
END_WITHIN = 4.0
"""Seconds that the parts get to end by themselves; then they are killed."""


@dataclass
class Part:
    """One process: what it is called, and the ``postdesk`` arguments that start it."""

    name: str
    arguments: Sequence[str] = ()
    spawn: Callable[[], subprocess.Popen[bytes]] | None = None
    """Starts it, where it is no ``postdesk`` command."""
    needed: bool = False
    """Whether the other parts need it to end well: it is ended after them."""
    wanted: Callable[[], bool] | None = None
    """Says whether it has anything to do, asked each :data:`LOOK_EVERY`; None: always."""
    look_at: float = 0.0
    is_wanted: bool = True
    end_by: float = 0.0
    process: subprocess.Popen[bytes] | Forked | None = None
    started_at: float = 0.0
    start_at: float = 0.0
    wait: float = field(default=0.1)


_Pipe = tuple[int, int]
"""The end that is read from, and the one that is written to."""


@contextmanager
def _woken_by_signals() -> Iterator[_Pipe]:
    """A pipe into which a byte comes with each signal, such as that a child has died."""
    reads, writes = os.pipe()
    for end in (reads, writes):
        os.set_blocking(end, False)
    handler = signal.signal(signal.SIGCHLD, lambda *_: None)
    before = signal.set_wakeup_fd(writes, warn_on_full_buffer=False)
    try:
        yield reads, writes
    finally:
        signal.set_wakeup_fd(before)
        signal.signal(signal.SIGCHLD, handler)
        os.close(reads)
        os.close(writes)


def _wait(woken: _Pipe, seconds: float) -> None:
    poll = select.poll()
    poll.register(woken[0], select.POLLIN)
    if poll.poll(seconds * 1000):
        with suppress(BlockingIOError):
            os.read(woken[0], 4096)


def _say(line: str) -> None:
    with suppress(OSError):  # a full disk under its log ends nothing
        print(line, file=sys.stderr, flush=True)


class Supervisor:
    """Keeps parts running until :meth:`stop` (or SIGTERM, SIGINT once :meth:`run` is entered)."""

    def __init__(
        self,
        parts: Sequence[Part],
        *,
        environment: Mapping[str, str] | None = None,
        command: Sequence[str] | None = None,
        say: Callable[[str], None] = _say,
    ) -> None:
        """:param command: what the parts' arguments are given to; ``postdesk`` of itself."""
        self._parts = parts
        self._command = command or (sys.executable, "-m", "commands")
        self._forks = command is None
        self._environment = {**os.environ, **(environment or {})}
        self._say = say
        self._deaths = {part.name: self._tell_deaths(part.name) for part in parts}
        self._stop = threading.Event()
        self._ring: _Pipe | None = None

    def run(self, *, once_started: Callable[[], None] | None = None) -> None:
        """Start every part and watch over them until told to stop; then end them all.

        :param once_started: called in a thread of its own when all parts were started.
        """
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: self._stop.set())
        try:
            self._forks = self._forks and may_fork()
            if self._forks:
                load_for_all()
            self._watch()
            self._forks = False
            if once_started is not None and not self._stop.is_set():
                threading.Thread(target=once_started, daemon=True).start()
            with _woken_by_signals() as woken:
                self._ring = woken
                while not self._stop.is_set():
                    self._watch()
                    _wait(woken, LOOK_EVERY if self._is_calm() else 0.1)
        finally:
            self._ring = None
            self._end_all()

    def stop(self) -> None:
        """Have :meth:`run` end."""
        self._stop.set()
        ring = self._ring
        if ring is not None:
            with suppress(OSError):
                os.write(ring[1], b"!")

    def _is_calm(self) -> bool:
        """Whether all parts are as they should be, and have been for a while."""
        since = time.monotonic() - CALM
        return all(
            part.is_wanted and part.started_at < since if part.process else not part.is_wanted
            for part in self._parts
        )

    def _watch(self) -> None:
        for part in self._parts:
            now = time.monotonic()
            if part.wanted is not None and now >= part.look_at:
                part.look_at, part.is_wanted = now + LOOK_EVERY, part.wanted()
            if part.process is None:
                if now >= part.start_at and part.is_wanted:
                    self._start(part)
            elif not part.is_wanted:
                self._end(part, now)
            elif part.process.poll() is not None:
                self._note_death(part, now)
            elif now - part.started_at > CALM:
                self._deaths[part.name].worked()

    def _start(self, part: Part) -> None:
        part.started_at = time.monotonic()
        if part.spawn is not None:
            part.process = part.spawn()
            return
        if self._forks:
            part.process = fork_command(part.arguments, self._environment)
            return
        # One that died is begun anew from the ground.
        part.process = subprocess.Popen(
            [*self._command, *part.arguments],
            env=self._environment,
            stdin=subprocess.DEVNULL,
            preexec_fn=ends_with_parent(),
            # A Ctrl-C goes to the whole group: the parts hear of it from us, in order.
            start_new_session=True,
        )

    def _end(self, part: Part, now: float) -> None:
        """End a part that has nothing to do any more; killed where it takes too long."""
        assert part.process is not None
        part.end_by = part.end_by or now + END_WITHIN
        if part.process.poll() is not None:
            part.process, part.end_by, part.start_at = None, 0.0, now
        elif now > part.end_by:
            part.process.kill()
        else:
            part.process.terminate()

    def _note_death(self, part: Part, now: float) -> None:
        assert part.process is not None
        part.wait = 0.1 if now - part.started_at > CALM else min(part.wait * 2, LONGEST_WAIT)
        part.start_at = now + part.wait
        code = part.process.returncode or 0
        how = signal.Signals(-code).name if code < 0 else f"status {code}"
        self._deaths[part.name].failed(how)
        part.process = None

    def _tell_deaths(self, part: str) -> Outage:
        """What writes of a part that dies over and over: no more than a line a minute."""

        def say(event: str, fields: dict[str, object]) -> None:
            how, length = fields.get("cause"), f"{fields.get('seconds')} s"
            times = f"{fields.get('failures')} times in {length}"
            words = {
                "outage_began": f"ended ({how}); starting it again",
                "outage_lasts": f"ended {times} ({how}); starting it again",
                "outage_ended": f"runs again, having ended {times}",
            }
            self._say(f"postdesk: {part} {words[event]}")

        return Outage(part, say=say)

    def _end_all(self) -> None:
        until = time.monotonic() + END_WITHIN
        for needed in (False, True):
            running = [p.process for p in self._parts if p.process and p.needed == needed]
            for process in running:
                if process.poll() is None:
                    process.terminate()
            for process in running:
                try:
                    process.wait(max(0.1, until - time.monotonic()))
                except subprocess.TimeoutExpired:
                    process.kill()
                    process.wait()

"""The model's process: begun when something is to be told, ended when nothing was for a while.

So a worker is no larger for it, and a fault in a library of numbers ends no worker. The process
gets texts by a pipe and gives vectors by another. It has none of the secrets, and ends with its
parent, whose end of the pipe closes.
"""

from __future__ import annotations

import base64
import json
import os
import select
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress

from jobs.minilm.files import ModelFiles

IDLE = 60.0
"""Seconds without a text after which the process ends by itself."""
SECONDS = 20.0
"""The longest that is waited for an answer, a start included."""
_KEPT = ("PATH", "PYTHONPATH", "LANG", "HOME", "TMPDIR", "OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE")


class NotTold(Exception):
    """The model told nothing: one line says why."""


class Meanings:
    """What texts mean, as a model tells. Not for several threads at once."""

    def __init__(
        self,
        model: ModelFiles,
        *,
        idle: float = IDLE,
        seconds: float = SECONDS,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """
        :param idle: seconds after which the process ends by itself.
        :param seconds: the longest that is waited for an answer.
        """
        self.model = model
        self._idle = idle
        self._seconds = seconds
        self._monotonic = monotonic
        self._process: subprocess.Popen[bytes] | None = None

    def of(self, texts: Sequence[str]) -> list[bytes]:
        """Tell what texts mean, each as bytes (:mod:`helpdesk.meanings`).

        :raises NotTold: the process did not start, answered with a fault, or not in time. It is
            ended then; the next call begins another.
        """
        if not texts:
            return []
        try:
            answer = self._ask(json.dumps(list(texts)).encode() + b"\n")
        except NotTold:
            self.close()
            raise
        if not isinstance(answer, list) or len(answer) != len(texts):
            fault = answer.get("error", "") if isinstance(answer, dict) else ""
            self.close()
            raise NotTold(fault or "its answer is none")
        return [base64.b64decode(vector) for vector in answer]

    @property
    def pid(self) -> int | None:
        """The process, while there is one."""
        alive = self._process is not None and self._process.poll() is None
        return self._process.pid if self._process and alive else None

    def reap(self) -> None:
        """Take notice of a process that has ended by itself."""
        if self._process is not None and self._process.poll() is not None:
            self.close()

    def close(self) -> None:
        """End the process, if there is one."""
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                with suppress(OSError):  # what it has not read yet is lost with it
                    pipe.close()
        process.wait()

    def _ask(self, line: bytes) -> object:
        """Write a line and read one; once more where the process had just ended by itself."""
        until = self._monotonic() + self._seconds
        self.reap()
        begun = self._process is None
        if self._process is None:
            self._process = self._begin()
        try:
            return json.loads(_exchange(self._process, line, lambda: until - self._monotonic()))
        except (BrokenPipeError, EOFError):
            status = self._process.wait()
            self.close()
            if begun:
                raise NotTold(f"it ended with status {status}") from None
            return self._ask(line)
        except TimeoutError:
            raise NotTold(f"it did not answer within {self._seconds:g} seconds") from None
        except ValueError:
            raise NotTold("its answer is none") from None

    def _begin(self) -> subprocess.Popen[bytes]:
        environment = {name: os.environ[name] for name in _KEPT if name in os.environ}
        try:
            return subprocess.Popen(
                [
                    sys.executable,
                    "-m",
                    "jobs.minilm.child",
                    str(self.model.folder),
                    str(self._idle),
                ],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env={**environment, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"},
                bufsize=0,
                start_new_session=True,  # a Ctrl-C is for its parent, which ends it
            )
        except OSError as problem:
            raise NotTold(f"it does not start ({problem.strerror})") from None


def _exchange(process: subprocess.Popen[bytes], line: bytes, left: Callable[[], float]) -> bytes:
    """Write a line, read a line.

    :param left: seconds that it may still take.
    :raises TimeoutError, EOFError, BrokenPipeError:
    """
    assert process.stdin is not None
    assert process.stdout is not None
    to, back = process.stdin.fileno(), process.stdout.fileno()
    os.set_blocking(to, False)
    answer = b""
    while not answer.endswith(b"\n"):
        wanted = [to] if line else []
        readable, writable, _ = select.select([back], wanted, [], max(0.0, left()))
        if not readable and not writable:
            raise TimeoutError
        if writable:
            line = line[os.write(to, line) :]
        if readable:
            got = os.read(back, 65_536)
            if not got:
                raise EOFError
            answer += got
    return answer


def encoded(vectors: Sequence[bytes]) -> str:
    """A line of the child's answer."""
    return json.dumps([base64.b64encode(vector).decode() for vector in vectors])

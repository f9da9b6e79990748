"""Read mails in a child process that may die: the reader for everything a stranger sends.

    with Reader() as reader:
        result = reader.read(raw)              # bytes, or a Path
        result = reader.read(path, offset=n)   # a file whose mail begins n bytes in
        if result.failure:
            hold(raw, why=result.failure, headers=result.mail)
        else:
            file(result.mail)

A :class:`Reader` keeps one warm child. The child may use 700 MB of memory, and 3 s of CPU a mail; a
mail that needs more, or that takes longer than ``wall`` seconds (where others keep the CPU busy,
somewhat more: :mod:`mailgate.parse.time_limit`), costs the child its life, not the caller. The mail
is then read once more, in 2 s, without its HTML (which is where time goes: the sanitiser cannot be
interrupted), and if that fails too the result says so in ``failure``, with ``mail`` holding what a
tolerant scan of the header found. ``read`` never raises for a mail, and raises ``OSError`` for a
path that cannot be read. Results cross the pipe as a pickle in which only the reader's own values
are allowed.

A Reader serves one thread at a time: make one a thread. It may be closed more than once.
"""

from __future__ import annotations

import contextlib
import io
import math
import os
import pickle
import select
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType
from typing import Any

from mailgate.parse.mail import ParsedMail
from mailgate.parse.pipe import LENGTH, ReadResult, put_message, take, write
from mailgate.parse.time_limit import TimeLimit

WALL_SECONDS = 30.0
"""A pass is at most three seconds of CPU, on a machine that may be busy with other things."""

START_SECONDS = 30.0
"""What a child may take to start, on a machine busy with other things."""

_ALLOWED = {
    ("datetime", "datetime"),
    ("datetime", "timezone"),
    ("datetime", "timedelta"),
    ("helpdesk.vocabulary", "MessageKind"),
    ("mailgate.parse.pipe", "ReadResult"),
}
_VALUES = "mailgate.parse.mail"


@dataclass(frozen=True)
class _Request:
    raw: bytes | None
    path: str | None
    offset: int
    html: bool
    contents: bool
    null_sender: bool


class _ChildDiedError(Exception):
    """The child ended, or was ended, before it answered. The text says why."""

    used_up_cpu = False
    """Whether it had all its CPU time: the mail is to blame, and not a busy machine."""


class Reader:
    """A warm child process that reads mails, replaced when it dies."""

    def __init__(
        self,
        *,
        wall: float = WALL_SECONDS,
        fork: bool = False,
        second_pass: bool = True,
        spare: bool = False,
    ) -> None:
        """
        :param spare: once a child died keep another one warm, so that the next mail need not wait
            for it to start.
        :param wall: seconds that a mail may take by the clock.
        :param second_pass: read again without HTML what the child died of. False for a caller
            with little time: a busy machine must not cost a mail its HTML, so such a caller asks
            one with more time instead, unless the child had used up all its CPU time.
        :param fork: start children by fork alone: faster, and only for a process with one thread.
        """
        self._wall = wall
        self._second_pass = second_pass
        self._start: Callable[[], _Child] = _forked_child if fork else _spawned_child
        self._child: _Child | None = self._start()
        self._keeps_spare = spare
        self._spare: _Child | None = None
        self._request: _Request | None = None

    def read(
        self,
        mail: bytes | Path,
        *,
        offset: int = 0,
        contents: bool = True,
        null_sender: bool = False,
        wall: float | None = None,
    ) -> ReadResult:
        """Read one mail.

        :param mail: the raw mail, or the file that holds it.
        :param offset: bytes to skip at the start of the file.
        :param contents: False leaves the attachments' bytes out of the result.
        :param null_sender: the envelope's sender is empty.
        :param wall: seconds that this mail may take by the clock, if not as many as any other.
        :raises OSError: if the file cannot be read.
        """
        self.submit(mail, offset=offset, contents=contents, null_sender=null_sender)
        return self.result(wall)

    def submit(
        self,
        mail: bytes | Path,
        *,
        offset: int = 0,
        contents: bool = True,
        null_sender: bool = False,
    ) -> None:
        """Hand over a mail without waiting; :meth:`result` must follow before the next."""
        if isinstance(mail, bytes):
            self._request = _Request(mail[offset:], None, 0, True, contents, null_sender)
        else:
            with mail.open("rb"):  # the caller, not the child, learns what is wrong with the file
                path = str(mail.absolute())
                self._request = _Request(None, path, offset, True, contents, null_sender)
        with contextlib.suppress(_ChildDiedError):  # result() says so
            self._send(self._request)

    def result(self, wall: float | None = None) -> ReadResult:
        """Wait for the mail that was submitted, at most ``wall`` seconds if given."""
        request = self._request
        if request is None:
            raise RuntimeError("no mail was submitted")
        self._request = None
        try:
            return self._receive(wall)
        except _ChildDiedError as death:
            if not self._second_pass and not death.used_up_cpu:
                return ReadResult(_scanned(request), f"could not be read: {death}", True)
        again = replace(request, html=False)
        try:
            self._send(again)
            result = self._receive(wall)
        except _ChildDiedError as death:
            return ReadResult(_scanned(request), f"could not be read: {death}", True)
        return result

    @property
    def is_warm(self) -> bool:
        """Whether the next mail need not wait for a child to start, nor the one after a death."""
        return all(child is None or child.is_warm() for child in (self._child, self._spare))

    def close(self) -> None:
        """End the child."""
        for child in (self._child, self._spare):
            if child:
                child.end()
        self._child = self._spare = None

    def __enter__(self) -> Reader:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _send(self, request: _Request) -> None:
        raw = request.raw or b""
        message = pickle.dumps(
            (
                request.path,
                request.offset,
                request.html,
                request.contents,
                request.null_sender,
                len(raw),
            ),
            protocol=5,
        )
        for _ in range(2):  # a child that died while idle is found here
            if self._child is None:
                self._child = self._start()
            try:
                self._child.send(message, raw)
                return
            except OSError:
                self.close()
        # A mail so large that not even its bytes fit into what a child may have.
        raise _ChildDiedError("it needed more memory than a mail may")

    def _receive(self, wall: float | None) -> ReadResult:
        if self._child is None:
            raise _ChildDiedError("it could not be handed over")
        try:
            return _loads(self._child.receive(self._wall if wall is None else wall))
        except (_ChildDiedError, OSError, pickle.UnpicklingError, EOFError) as death:
            child, self._child = self._child, None
            again = _ChildDiedError(str(death))
            again.used_up_cpu = child.end() in (-signal.SIGPROF, -signal.SIGXCPU)
            self._child = self._spare or self._start()  # warm again before the next mail
            self._spare = self._start() if self._keeps_spare else None
            raise again from None


class _Child:
    """A process with a pipe each way; messages are a length and a pickle."""

    def __init__(self, pid: int, to: int, back: int, reap: Callable[[], int]) -> None:
        self._pid = pid
        self._to = to
        self._back = back
        self._reap = reap
        self._warm = False
        self._ended = False

    def send(self, message: bytes, raw: bytes) -> None:
        put_message(self._to, message)
        write(self._to, raw)

    def receive(self, seconds: float) -> bytearray:
        if not self._warm:
            # It says so once all is loaded: the time until then is no mail's.
            self._take(LENGTH.size, TimeLimit.start(self._pid, START_SECONDS))
            self._warm = True
        limit = TimeLimit.start(self._pid, seconds)
        (length,) = LENGTH.unpack(self._take(LENGTH.size, limit))
        return self._take(int(length), limit)

    def is_warm(self) -> bool:
        """Whether it has started; never waits."""
        if not self._warm:
            poll = select.poll()
            poll.register(self._back, select.POLLIN)
            if poll.poll(0):
                with contextlib.suppress(_ChildDiedError):  # whoever uses it learns of it
                    self._take(LENGTH.size, TimeLimit.start(self._pid, 1))
                self._warm = True
        return self._warm

    def _take(self, length: int, limit: TimeLimit) -> bytearray:
        poll = select.poll()  # select(2) refuses descriptors past 1,023, and a gateway has many
        poll.register(self._back, select.POLLIN)

        def wait() -> None:
            while (left := limit.left()) > 0:
                if poll.poll(math.ceil(left * 1000)):
                    return
            raise _ChildDiedError("it took too long")

        try:
            return take(self._back, length, wait)
        except EOFError:
            raise _ChildDiedError("it needed more time or memory than a mail may") from None

    def end(self) -> int:
        """Kill, reap, and return the exit status (negative: the signal)."""
        if self._ended:
            return 0
        self._ended = True
        for descriptor in (self._to, self._back):
            os.close(descriptor)
        os.kill(self._pid, signal.SIGKILL)  # not reaped yet, so the pid is still its own
        return self._reap()


def _spawned_child() -> _Child:
    process = subprocess.Popen(
        [sys.executable, "-m", "mailgate.parse.child"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=Path(__file__).parents[2],
    )
    assert process.stdin is not None
    assert process.stdout is not None
    to, back = os.dup(process.stdin.fileno()), os.dup(process.stdout.fileno())
    process.stdin.close()
    process.stdout.close()
    return _Child(process.pid, to, back, process.wait)


def _forked_child() -> _Child:
    import mailgate.parse.child as child  # before the fork, so that every child has it loaded

    from_parent, to = os.pipe()
    back, to_parent = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            os.close(to)
            os.close(back)
            child.serve(from_parent, to_parent)
        finally:
            os._exit(0)
    os.close(from_parent)
    os.close(to_parent)
    return _Child(pid, to, back, lambda: os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))


def _scanned(request: _Request) -> ParsedMail:
    from mailgate.parse.reader import scan_headers

    raw = request.raw
    if raw is None and request.path is not None:
        try:
            with Path(request.path).open("rb") as file:
                file.seek(request.offset)
                raw = file.read(1 << 20)
        except OSError:
            raw = b""
    return scan_headers(raw or b"")


class _OwnValues(pickle.Unpickler):
    """Unpickles the reader's values, and nothing else: a child may have been taken over."""

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) in _ALLOWED or (module == _VALUES and name in _value_names()):
            return super().find_class(module, name)
        raise pickle.UnpicklingError("the reader's process answered with something else")


def _value_names() -> frozenset[str]:
    return frozenset(
        {
            "AggregateReport",
            "Bounce",
            "BouncedRecipient",
            "Invitation",
            "MailAddress",
            "ParsedAttachment",
            "ParsedMail",
        }
    )


def _loads(message: bytes | bytearray) -> ReadResult:
    result = _OwnValues(io.BytesIO(message)).load()
    if not isinstance(result, ReadResult):
        raise pickle.UnpicklingError("the reader's process answered with something else")
    return result

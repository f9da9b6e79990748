"""The reader's child process: takes mails from one pipe, puts what it read into another.

Started by :mod:`mailgate.parse.isolated`, which describes the limits. Messages are pickles, each
way (:mod:`mailgate.parse.pipe`); a raw mail follows the request's own pickle.
"""

from __future__ import annotations

import contextlib
import dataclasses
import gc
import pickle
import resource
import signal
import time
from collections.abc import Iterator
from pathlib import Path

from mailgate.parse import limits
from mailgate.parse.mail import ParsedMail
from mailgate.parse.pipe import LENGTH, ReadResult, put_message, take
from mailgate.parse.reader import read_mail, scan_headers


def serve(source: int, sink: int) -> None:
    """Read mails until ``source`` ends, nobody reads ``sink``, or a mail used up the memory."""
    with contextlib.suppress(BrokenPipeError):  # the parent was killed while this began, or read
        _serve(source, sink)


def _serve(source: int, sink: int) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides when to end
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    _limit_memory()
    put_message(sink, b"")  # ready
    gc.freeze()  # what is loaded by now stays: no collection need look at it
    while request := _take_message(source):
        # the parent is trusted; the reverse does not hold
        path, offset, html, contents, null_sender, size = pickle.loads(request)  # noqa: S301
        raw = _take(source, size) if path is None else _contents(path, offset)
        _allow_cpu(limits.CPU_SECONDS if html else limits.PLAIN_CPU_SECONDS)
        result, spent = _read(raw, html, null_sender)
        signal.setitimer(signal.ITIMER_PROF, 0)
        del raw
        put_message(sink, pickle.dumps(result if contents else _without_contents(result), 5))
        del result
        if spent:
            return


def _read(raw: bytes, html: bool, null_sender: bool) -> tuple[ReadResult, bool]:
    """The result, and whether this process should end (its memory was exhausted)."""
    try:
        mail = read_mail(raw, html=html, html_guard=_html_guard, null_sender=null_sender)
        return ReadResult(mail), False
    except limits.MailTooComplexError as limit:
        return ReadResult(scan_headers(raw), f"too complex to be read: {limit}"), False
    except (MemoryError, RecursionError):
        return ReadResult(scan_headers(raw), "could not be read: it needs too much memory"), True


@contextlib.contextmanager
def _html_guard() -> Iterator[None]:
    """End this process if the sanitiser runs too long: nothing else can stop it."""
    before = time.process_time()
    left, _ = signal.setitimer(signal.ITIMER_PROF, limits.HTML_CPU_SECONDS)
    try:
        yield
    finally:
        left -= time.process_time() - before
        signal.setitimer(signal.ITIMER_PROF, max(left, 0.01))


def _limit_memory() -> None:
    with contextlib.suppress(OSError, ValueError):  # macOS knows the name, not the limit
        resource.setrlimit(resource.RLIMIT_AS, (limits.MEMORY, limits.MEMORY))


def _allow_cpu(seconds: float) -> None:
    """Give the next mail its seconds.

    The timer counts this process's CPU time, and SIGPROF's default action ends it (setitimer(2)).
    The limit stands behind it: it has whole seconds only, and counts over the life of a process.
    """
    signal.setitimer(signal.ITIMER_PROF, seconds)
    soft = int(time.process_time() + seconds) + 2
    with contextlib.suppress(OSError, ValueError):
        _, hard = resource.getrlimit(resource.RLIMIT_CPU)
        resource.setrlimit(resource.RLIMIT_CPU, (soft, hard))


def _contents(path: str, offset: int) -> bytes:
    with Path(path).open("rb") as file:
        file.seek(offset)
        return file.read()


def _without_contents(result: ReadResult) -> ReadResult:
    bare = tuple(dataclasses.replace(a, content=b"") for a in result.mail.attachments)
    mail: ParsedMail = dataclasses.replace(result.mail, attachments=bare)
    return dataclasses.replace(result, mail=mail)


def _take_message(source: int) -> bytes:
    try:
        return _take(source, LENGTH.unpack(_take(source, LENGTH.size))[0])
    except EOFError:  # the parent is gone, or done with us
        return b""


def _take(source: int, length: int) -> bytes:
    return bytes(take(source, length, lambda: None))


if __name__ == "__main__":
    serve(0, 1)

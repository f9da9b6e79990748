"""Children that read mails, kept warm from one test to the next.

To start one takes a third of a second of the CPU: more than all else that most tests of the filer
do. It reads one test's mails after the other's, as it reads those of weeks in a filer that runs. A
child that has a mail in hand, or with which anything was wrong, ends with its test.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from unittest import mock

from mailgate.parse import isolated
from mailgate.parse.isolated import _Child, _loads, _spawned_child

_free: list[_KeptChild] = []


class _KeptChild(_Child):
    """One that is kept for the next reader when its own is closed."""

    _is_fit = True
    """Whether it has no mail in hand, and read the last one."""

    @classmethod
    def start(cls) -> _KeptChild:
        begun = _spawned_child()
        return cls(begun._pid, begun._to, begun._back, begun._reap)

    def send(self, message: bytes, raw: bytes) -> None:
        self._is_fit = False
        super().send(message, raw)

    def receive(self, seconds: float) -> bytearray:
        answer = super().receive(seconds)
        self._is_fit = _loads(answer).failure is None
        return answer

    def end(self) -> int:
        if not self._is_fit:
            return super().end()
        _free.append(self)
        return 0

    def is_alive(self) -> bool:
        return os.waitid(os.P_PID, self._pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None


@contextmanager
def kept_children() -> Iterator[None]:
    """Readers that are made meanwhile read in children that are kept."""
    with mock.patch.object(isolated, "_spawned_child", _child):
        yield


def end_kept_children() -> None:
    """End those that no reader has."""
    while _free:
        _Child.end(_free.pop())


def _child() -> _Child:
    while _free:
        kept = _free.pop()
        if kept.is_alive():
            return kept
        _Child.end(kept)
    return _KeptChild.start()

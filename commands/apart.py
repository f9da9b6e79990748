"""A question that is asked in a process of its own: what it starts here would not outlive a fork.

The library that speaks S3 has threads of its own, and parts are forked from what asks first.
"""

from __future__ import annotations

import os
import pickle
from collections.abc import Callable
from typing import TypeVar

from commands.forked import may_fork
from commands.processes import ends_with_parent

T = TypeVar("T")


def asked_apart(question: Callable[[], T]) -> T:
    """Ask in a fork of this process; here, where it has more threads than one.

    :param question: its answer, and what it raises, must be something that can be pickled.
    :raises Exception: what the question raises.
    """
    if not may_fork():
        return question()
    readable, writable = os.pipe()
    end_with_parent = ends_with_parent()
    pid = os.fork()
    if not pid:
        if end_with_parent is not None:
            end_with_parent()
        _answer(question, writable)
    os.close(writable)
    with os.fdopen(readable, "rb") as pipe:
        told = pipe.read()
    os.waitpid(pid, 0)
    if not told:
        raise RuntimeError("The process that asked ended without an answer.")
    worked, answer = pickle.loads(told)  # noqa: S301 (of our own fork)
    if not worked:
        raise answer
    found: T = answer
    return found


def _answer(question: Callable[[], object], writable: int) -> None:
    try:
        try:
            told = pickle.dumps((True, question()))
        except Exception as problem:
            told = pickle.dumps((False, problem))
        with os.fdopen(writable, "wb") as pipe:
            pipe.write(told)
    finally:
        os._exit(0)  # the child never returns into its parent's code

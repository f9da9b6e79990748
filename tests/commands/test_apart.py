"""What is asked in a process of its own comes back, and what it raises too."""

from __future__ import annotations

import os

import pytest

from commands.apart import asked_apart
from commands.forked import may_fork
from helpdesk.blobs import WrongStore


def test_an_answer_comes_back() -> None:
    assert (asked_apart(os.getpid) != os.getpid()) == may_fork()
    assert asked_apart(lambda: {"a": [1]}) == {"a": [1]}


def test_what_it_raises_comes_back() -> None:
    def refuse() -> None:
        raise WrongStore("s3://shop is another one.")

    with pytest.raises(WrongStore, match=r"^s3://shop is another one\.$"):
        asked_apart(refuse)


def test_one_that_dies_is_said() -> None:
    if may_fork():
        with pytest.raises(RuntimeError, match="without an answer"):
            asked_apart(lambda: os._exit(3))

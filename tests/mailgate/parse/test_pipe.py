"""Messages through a pipe: a length, then so many bytes."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator

import pytest

from mailgate.parse.pipe import LENGTH, put_message, take


@pytest.fixture
def pipe() -> Iterator[tuple[int, int]]:
    source, sink = os.pipe()
    yield source, sink
    os.close(source)
    os.close(sink)


def receive(source: int) -> bytes:
    (length,) = LENGTH.unpack(take(source, LENGTH.size, lambda: None))
    return bytes(take(source, length, lambda: None))


@pytest.mark.parametrize("message", [b"", b"x", b"mail" * 100_000])
def test_a_message_comes_whole(pipe: tuple[int, int], message: bytes) -> None:
    source, sink = pipe
    thread = threading.Thread(target=put_message, args=(sink, message))
    thread.start()  # more than a pipe holds at once
    assert receive(source) == message
    thread.join()


def test_before_each_read_the_caller_may_end_the_waiting(pipe: tuple[int, int]) -> None:
    source, sink = pipe
    os.write(sink, b"ab")
    waits = []

    def wait() -> None:
        waits.append(1)
        if len(waits) > 1:
            raise TimeoutError

    with pytest.raises(TimeoutError):
        take(source, 3, wait)


def test_an_end_before_the_end_of_the_message_is_told() -> None:
    source, sink = os.pipe()
    os.write(sink, b"ab")
    os.close(sink)
    with pytest.raises(EOFError):
        take(source, 3, lambda: None)
    os.close(source)

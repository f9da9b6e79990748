"""What goes through the pipes between a reader and its child: a length (eight bytes, big-endian),
then so many bytes."""

from __future__ import annotations

import os
import struct
from collections.abc import Callable
from dataclasses import dataclass

from mailgate.parse.mail import ParsedMail

LENGTH = struct.Struct(">Q")


@dataclass(frozen=True)
class ReadResult:
    """What became of a mail: ``mail`` in full, or a ``failure`` in plain words.

    With a failure, ``mail`` holds only what its header fields say.
    """

    mail: ParsedMail
    failure: str | None = None
    interrupted: bool = False
    """Whether it failed only because the reader was ended over it: with more time it may be
    read."""


def put_message(descriptor: int, message: bytes) -> None:
    """Write a length and the message."""
    write(descriptor, LENGTH.pack(len(message)))
    write(descriptor, message)


def take(descriptor: int, length: int, wait: Callable[[], None]) -> bytearray:
    """Read exactly that many bytes, calling ``wait`` before each read.

    :raises EOFError: if the other end closes before.
    """
    whole = bytearray(length)
    view = memoryview(whole)
    while view:
        wait()
        got = os.readv(descriptor, [view])
        if not got:
            raise EOFError
        view = view[got:]
    return whole


def write(descriptor: int, message: bytes) -> None:
    """Write all of it."""
    whole = memoryview(message)
    while whole:
        whole = whole[os.write(descriptor, whole) :]

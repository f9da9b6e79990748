"""Vectors compared in plain Python."""

from __future__ import annotations

import random
import struct

import pytest

from helpdesk.meanings import closeness, meant, nearest


def vector(*numbers: int) -> bytes:
    return struct.pack(f"{len(numbers)}b", *numbers)


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        (vector(3, 4), vector(3, 4), 1),
        (vector(3, 4), vector(-6, -8), -1),
        (vector(127, 0), vector(0, -128), 0),
        (vector(3, 4), vector(4, 3), 24 / 25),
        (vector(0, 0), vector(4, 3), 0),
        (vector(3, 4), vector(3, 4, 5), 0),
        (b"", b"", 0),
    ],
)
def test_closeness_is_the_cosine(first: bytes, second: bytes, expected: float) -> None:
    assert closeness(first, second) == pytest.approx(expected)


def test_the_nearest_of_many_come_first() -> None:
    chance = random.Random(3)
    question = chance.randbytes(384)
    known = [meant(number, chance.randbytes(384)) for number in range(3_000)]
    for near, number in enumerate((40, 80, 120)):  # so many of its numbers are others
        other = bytearray(question)
        other[:number] = chance.randbytes(number)
        known.insert(1_000 * near, meant(-near, bytes(other)))
    found = nearest(question, known, 5)
    assert found[:3] == [0, -1, -2]
    assert len(found) == 5
    assert nearest(question, [], 5) == []

"""What a signature covers: bytes hashed as dkimpy hashes them, in time that nobody can stretch."""

from __future__ import annotations

import hashlib
import time

import pytest
from dkim.canonicalization import Relaxed, Simple
from hypothesis import example, given
from hypothesis import strategies as st

from mailgate.authenticate import body_hash as module
from mailgate.authenticate.body_hash import body_hash

_PIECES = st.lists(
    st.sampled_from([b"a", b"b c", b" ", b"\t", b"  ", b"\r\n", b"\r\n\r\n", b"\r", b" \r\n"])
)


@given(pieces=_PIECES, relaxed=st.booleans(), chunk=st.integers(1, 9))
@example(pieces=[], relaxed=True, chunk=1)
@example(pieces=[], relaxed=False, chunk=1)
@example(pieces=[b"\r\n"], relaxed=False, chunk=1)
@example(pieces=[b"a", b"\r", b"\r\n", b"\r\n"], relaxed=False, chunk=1)
def test_the_hash_is_that_of_the_canonical_body(
    pieces: list[bytes], relaxed: bool, chunk: int
) -> None:
    body = b"".join(pieces)
    form = Relaxed if relaxed else Simple
    expected = hashlib.sha256(form.canonicalize_body(body)).digest()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "_CHUNK", chunk)
        assert body_hash(body, relaxed=relaxed) == expected


@pytest.mark.parametrize(
    "body",
    [
        b" " * 8_000_000,
        b"a " * 4_000_000,
        b"\r\n" * 4_000_000,
        b" \r\n" * 300_000 + b"x" * 7_000_000,
    ],
)
def test_no_body_takes_long(body: bytes) -> None:
    started = time.process_time()
    body_hash(body, relaxed=True)
    body_hash(body, relaxed=False)
    assert time.process_time() - started < 2

"""The end of a mail, and its dots."""

from __future__ import annotations

import pytest

from mailgate.smtp.dots import DotStream


@pytest.mark.parametrize(
    ("wire", "content"),
    [
        (b".\r\n", b""),
        (b"\r\n.\r\n", b"\r\n"),
        (b"..\r\n.\r\n", b".\r\n"),
        (b"...x\r\n..\r\n.y\r\n.\r\n", b"..x\r\n.\r\ny\r\n"),
        (b"a\nb.\nc\r\n.\r\n", b"a\nb.\nc\r\n"),
        (b"\xff\x00\r\n.\r\n", b"\xff\x00\r\n"),
        (b"\r\n..\n\r\n.\r\n", b"\r\n.\n\r\n"),
        (b"a\r\n..b\nc\r\n.\r\n", b"a\r\n.b\nc\r\n"),
    ],
)
def test_dots_are_unstuffed_however_it_is_cut(wire: bytes, content: bytes) -> None:
    for cut in range(len(wire)):
        stream = DotStream()
        got = stream.feed(wire[:cut]) + stream.feed(wire[cut:])
        assert (got, stream.done, stream.rest, stream.ambiguous) == (content, True, b"", False)


@pytest.mark.parametrize(("longest", "too_long"), [(51, True), (52, False)])
@pytest.mark.parametrize("size", [1, 2, 3, 7, 100])
def test_a_long_line_is_seen_however_it_is_cut(longest: int, too_long: bool, size: int) -> None:
    wire = b"x" * 10 + b"\r\n" + b"y" * 50 + b"\r\nz\r\n"
    stream = DotStream(longest)
    for start in range(0, len(wire), size):
        stream.feed(wire[start : start + size])
    stream.feed(b".\r\n")
    assert stream.done
    assert stream.line_too_long == too_long

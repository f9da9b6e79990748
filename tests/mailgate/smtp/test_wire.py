"""Lines of bounded length from a stream, and bytes between them."""

from __future__ import annotations

import asyncio

import pytest

from mailgate.smtp.wire import HungUpError, LineTooLongError, Wire
from tests.support.loops import in_a_loop


def wire_of(sent: bytes) -> Wire:
    """A client that sent this, and hung up. To be called in a loop."""
    reader = asyncio.StreamReader()
    reader.feed_data(sent)
    reader.feed_eof()
    return Wire(reader)


def test_lines_end_in_crlf_or_lf() -> None:
    async def run() -> list[bytes]:
        wire = wire_of(b"EHLO x\r\nNOOP\n\r\nQUIT\r\n")
        return [await wire.read_line(100) for _ in range(4)]

    assert in_a_loop(run()) == [b"EHLO x", b"NOOP", b"", b"QUIT"]


@pytest.mark.parametrize("sent", [b"", b"half a line"])
def test_a_client_that_is_gone_is_told(sent: bytes) -> None:
    async def run() -> None:
        await wire_of(sent).read_line(100)

    with pytest.raises(HungUpError):
        in_a_loop(run())


@pytest.mark.parametrize("sent", [b"x" * 101 + b"\r\n", b"x" * 200_000])
def test_a_line_past_the_limit_is_told(sent: bytes) -> None:
    async def run() -> None:
        await wire_of(sent).read_line(100)

    with pytest.raises(LineTooLongError):
        in_a_loop(run())


def test_what_was_read_ahead_comes_before_what_is_new() -> None:
    async def run() -> list[bytes]:
        wire = wire_of(b"DATA\r\nthe mail\r\n.\r\nQUIT\r\n")
        first = await wire.read_line(100)
        piece = await wire.read_piece()
        mail, _, rest = piece.partition(b".\r\n")
        wire.give_back(rest)
        return [first, mail, await wire.read_line(100)]

    assert in_a_loop(run()) == [b"DATA", b"the mail\r\n", b"QUIT"]


def test_what_was_sent_before_tls_is_dropped() -> None:
    async def run() -> None:
        wire = wire_of(b"STARTTLS\r\nMAIL FROM:<eve@evil.example>\r\n")
        await wire.read_line(100)
        wire.forget()
        await wire.read_line(100)

    with pytest.raises(HungUpError):
        in_a_loop(run())

"""Reading a client: command lines of bounded length, and the mail's bytes between them."""

from __future__ import annotations

import asyncio

_PIECE = 64 * 1024


class HungUpError(Exception):
    """The client ended the connection."""


class LineTooLongError(Exception):
    """A command line went past the limit; what follows cannot be told from it."""


class Wire:
    """A stream of which the unused end of a piece can be given back."""

    def __init__(self, reader: asyncio.StreamReader) -> None:
        self._reader = reader
        self._unused = b""

    async def read_line(self, longest: int) -> bytes:
        """One line, less its CRLF (or LF: a command may end so).

        :raises HungUpError: the client is gone, or went in the middle of a line.
        :raises LineTooLongError: it is longer than so many bytes.
        """
        while (end := self._unused.find(b"\n")) < 0:
            if len(self._unused) > longest:
                raise LineTooLongError
            self._unused += await self.read_piece(new=True)
        if end > longest:
            raise LineTooLongError
        line, self._unused = self._unused[:end], self._unused[end + 1 :]
        return line.removesuffix(b"\r")

    async def read_piece(self, *, new: bool = False) -> bytes:
        """Whatever there is, at least one byte.

        :param new: leave alone what was given back.
        :raises HungUpError: the client is gone.
        """
        if self._unused and not new:
            piece, self._unused = self._unused, b""
            return piece
        piece = await self._reader.read(_PIECE)
        if not piece:
            raise HungUpError
        return piece

    def give_back(self, piece: bytes) -> None:
        """Let the next read begin with this."""
        self._unused = piece + self._unused

    def forget(self) -> None:
        """Drop what was read ahead (RFC 3207 4.2)."""
        self._unused = b""

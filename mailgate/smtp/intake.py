"""The taking in of one mail's content: from the wire into the spool, never whole in memory."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import Executor

from helpdesk.outages import outage
from mailgate.smtp.dots import DotStream
from mailgate.smtp.envelope_draft import TOO_LARGE
from mailgate.smtp.limits import SmtpLimits
from mailgate.smtp.wire import Wire
from mailgate.spool.spool import SpoolWriter

#: Our own faults are always the sender's to try again (RFC 5321 4.2.1), and say nothing of why.
FAULT = "451 4.3.0 Cannot take this mail now, please try again later"
AMBIGUOUS = "550 5.6.0 This mail has bare line ends that make its end ambiguous"
LINE_TOO_LONG = "550 5.6.0 This mail has a line longer than is taken here"


class CutOffError(Exception):
    """The client must be hung up on. The text is our last answer."""


class Intake:
    """Receives one mail's DATA. ``refusal`` is set once it is known that it will not be taken."""

    def __init__(
        self,
        wire: Wire,
        writer: SpoolWriter,
        *,
        largest: int,
        limits: SmtpLimits,
        threads: Executor,
        heard: Callable[[], None],
    ) -> None:
        self.refusal: str | None = None
        self.size = 0
        self._wire = wire
        self._writer: SpoolWriter | None = writer
        self._largest = largest
        self._limits = limits
        self._threads = threads
        self._heard = heard
        self._stream = DotStream(limits.body_line)
        self._received = 0
        self._began = time.monotonic()

    async def receive(self) -> SpoolWriter | None:
        """Read up to the end of the mail.

        :returns: the writer, with the whole mail, to be committed; None if ``refusal`` is set.
        :raises CutOffError: the client goes on for ever, or too slowly.
        :raises HungUpError: the client is gone.
        """
        while not self._stream.done:
            piece = await self._wire.read_piece()
            self._heard()
            self._received += len(piece)
            self._check_pace()
            content = self._stream.feed(piece)
            if self._writer is not None:
                await self._write(content)
        self._wire.give_back(self._stream.rest)
        if self._stream.ambiguous:
            self._refuse(AMBIGUOUS)
        elif self._stream.line_too_long:
            self._refuse(LINE_TOO_LONG)
        writer, self._writer = self._writer, None
        return writer

    def abandon(self) -> None:
        """Forget the mail, without waiting for the disk. Harmless after :meth:`receive`."""
        if self._writer is not None:
            writer, self._writer = self._writer, None
            self._threads.submit(writer.abort)

    async def _write(self, content: bytes) -> None:
        assert self._writer is not None
        # RFC 1870 3: the size is that of the mail itself, without the dots of its transport.
        self.size += len(content)
        if self.size > self._largest:
            self._refuse(TOO_LARGE)
            return
        try:
            if self._writer.touches_disk(len(content)):
                loop = asyncio.get_running_loop()
                await loop.run_in_executor(self._threads, self._writer.write, content)
            else:
                self._writer.write(content)
        except OSError as problem:
            outage("spool").failed(type(problem).__name__, errno=problem.errno)
            self._refuse(FAULT)

    def _refuse(self, answer: str) -> None:
        # The first reason stands: what comes after it was not written.
        self.refusal = self.refusal or answer
        self.abandon()

    def _check_pace(self) -> None:
        # SIZE is told in advance (RFC 1870): who goes far past it does not mean to end.
        if self._received > self._largest * 1.1:
            raise CutOffError(TOO_LARGE)
        elapsed = time.monotonic() - self._began
        if elapsed > self._limits.data_grace and self._received < elapsed * self._limits.data_rate:
            raise CutOffError("421 4.4.2 This mail comes too slowly, goodbye")

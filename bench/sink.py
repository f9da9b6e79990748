"""A relay that takes every mail and remembers whom it was for."""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.support.running import free_port


class Sink:
    """Message-IDs by recipient, in the order in which they came; an ID may come twice."""

    def __init__(self) -> None:
        self.port = free_port()
        self.by_recipient: dict[str, list[str]] = defaultdict(list)
        self._lock = threading.Lock()

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        content = envelope.content if isinstance(envelope.content, bytes) else b""
        message_id = str(message_from_bytes(content)["Message-ID"])
        with self._lock:
            for recipient in envelope.rcpt_tos:
                self.by_recipient[recipient].append(message_id)
        return "250 taken"


@contextmanager
def running() -> Iterator[Sink]:
    sink = Sink()
    controller = Controller(sink, hostname="127.0.0.1", port=sink.port)
    controller.start()
    try:
        yield sink
    finally:
        controller.stop()

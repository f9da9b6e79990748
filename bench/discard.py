"""The ceiling that mail in is compared with: a bare aiosmtpd that throws every mail away.

``python -m bench.discard PORT`` serves until its standard input ends.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from bench.clients import greets
from tests.support.running import free_port
from tests.support.servers import wait_until


class _Discard:
    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        return "250 thrown away"


@contextmanager
def running() -> Iterator[tuple[int, int]]:
    """Such a server in a process of its own: its process id, and its port."""
    port = free_port()
    command = [sys.executable, "-m", "bench.discard", str(port)]
    with subprocess.Popen(command, stdin=subprocess.PIPE) as process:
        try:
            wait_until("the ceiling answers", lambda: greets(port))
            yield process.pid, port
        finally:
            process.communicate(timeout=10)


if __name__ == "__main__":
    controller = Controller(_Discard(), hostname="127.0.0.1", port=int(sys.argv[1]))
    controller.start()
    sys.stdin.read()
    controller.stop()

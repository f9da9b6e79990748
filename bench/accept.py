"""How fast the SMTP server takes mail, durably, beside the same aiosmtpd server throwing it away.

Both are fed by the same ten clients of the least code, each on a kept connection and waiting for
every answer. CPU is that of the server's process tree, by ``/proc``.
"""

from __future__ import annotations

import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from bench import discard
from bench.clients import greets
from helpdesk.settings import load
from mailgate.spool.mailbox_snapshot import SNAPSHOT, write_snapshot
from mailgate.spool.spool import Spool
from tests.support.process_tree import cpu_seconds
from tests.support.running import free_port
from tests.support.servers import wait_until

MAILBOX = "support@shop.example"
MAIL = b"Subject: Where is my order?\r\nFrom: Ann <ann@customer.example>\r\n\r\n" + 40 * (
    b"The order has not come yet, and it is three weeks since it was paid for.\r\n"
)
_RUN = """
from commands.environment import set_up_logs
from helpdesk.settings import load
from mailgate.smtp.server import run_smtp_server
set_up_logs("mailgate")
run_smtp_server(load())
"""
_COMMANDS = (
    b"MAIL FROM:<ann@customer.example>\r\n",
    f"RCPT TO:<{MAILBOX}>\r\n".encode(),
    b"DATA\r\n",
    MAIL + b".\r\n",
)


@dataclass(frozen=True)
class Rate:
    """Mails a second, and CPU milliseconds of the server a mail."""

    per_second: float
    cpu_ms: float


def measure(*, mails: int = 3000, at_once: int = 10, rounds: int = 3) -> dict[str, Any]:
    """Measure server and ceiling in turns, so that a noisy neighbour meets both; the medians."""
    accepted, thrown = [], []
    with discard.running() as ceiling, _smtp_server() as (server, spool):
        for pid, port in (ceiling, server):
            _rate(pid, port, mails // 10, at_once)
        for _ in range(rounds):
            thrown.append(_rate(*ceiling, mails, at_once))
            before = spool.accepted_count()
            accepted.append(_rate(*server, mails, at_once))
            assert spool.accepted_count() - before == mails
    accept, discarded = _median(accepted), _median(thrown)
    return {
        "mails": mails,
        "clients": at_once,
        "bytes": len(MAIL),
        "accept": asdict(accept),
        "discard": asdict(discarded),
        "ratio": accept.per_second / discarded.per_second,
        "cpu_ratio": accept.cpu_ms / discarded.cpu_ms,
    }


@contextmanager
def _smtp_server() -> Iterator[tuple[tuple[int, int], Spool]]:
    """An SMTP server in a process of its own: its process id and port, and its spool."""
    # Beside the project and not in /tmp, which may be memory: the disk is what is measured.
    with tempfile.TemporaryDirectory(prefix=".bench-", dir=Path.cwd()) as folder:
        port = free_port()
        environ = {"POSTDESK_DATA_DIR": folder, "POSTDESK_SMTP_LISTEN": f"127.0.0.1:{port}"}
        settings = load(environ)
        write_snapshot(settings.spool_dir / SNAPSHOT, [MAILBOX])
        process = _start(environ)
        try:
            wait_until("the SMTP server answers", lambda: greets(port))
            yield (process.pid, port), Spool(settings.spool_dir)
        finally:
            process.terminate()
            process.wait(30)


def _start(environ: dict[str, str]) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-c", _RUN]
    return subprocess.Popen(command, env={**os.environ, **environ}, stderr=subprocess.DEVNULL)


def _rate(pid: int, port: int, mails: int, at_once: int) -> Rate:
    gate = threading.Barrier(at_once + 1)
    clients = [
        threading.Thread(target=_send, args=(port, mails // at_once, gate)) for _ in range(at_once)
    ]
    for client in clients:
        client.start()
    gate.wait()
    began, cpu = time.monotonic(), cpu_seconds(pid)
    for client in clients:
        client.join()
    seconds = time.monotonic() - began
    return Rate(mails / seconds, (cpu_seconds(pid) - cpu) / mails * 1000)


def _send(port: int, mails: int, gate: threading.Barrier) -> None:
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection.recv(4096)
        connection.sendall(b"EHLO bench.example\r\n")
        connection.recv(4096)
        gate.wait()
        for _ in range(mails):
            for command in _COMMANDS:
                connection.sendall(command)
                answer = connection.recv(4096)
                if answer[:1] not in b"23":
                    raise AssertionError(answer)


def _median(rates: list[Rate]) -> Rate:
    return Rate(
        statistics.median(rate.per_second for rate in rates),
        statistics.median(rate.cpu_ms for rate in rates),
    )


if __name__ == "__main__":
    print(json.dumps(measure(), indent=2))

"""An SMTP server of the test's own, on a free port, and a client that speaks to it byte by byte."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest

from helpdesk.settings import load
from mailgate.smtp.server import SmtpServer, running_smtp_server
from mailgate.spool.mailbox_snapshot import SNAPSHOT, write_snapshot

OpenServer = Callable[..., AbstractContextManager[SmtpServer]]

MAILBOXES = ["support@shop.example", "Orders@shop.example", "hilfe@käufe.example"]


class RawClient:
    """A client that sends what it is told, whole lines or not, and reads answers."""

    def __init__(self, address: tuple[str, int] | str, *, greeted: bool = True) -> None:
        if isinstance(address, str):
            self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            self.socket.settimeout(10)
            self.socket.connect(address)
        else:
            self.socket = socket.create_connection(address, timeout=10)
        self._unread = b""
        self.banner = self.answer() if greeted else ""

    def send(self, data: bytes) -> None:
        self.socket.sendall(data)

    def line(self) -> str:
        """One line, or an empty string once the server hung up."""
        while b"\n" not in self._unread:
            try:
                piece = self.socket.recv(65536)
            except ConnectionError:
                return ""
            if not piece:
                return ""
            self._unread += piece
        line, _, self._unread = self._unread.partition(b"\n")
        return line.decode().rstrip("\r")

    def answer(self) -> str:
        """One answer, of several lines or not; the lines joined by a newline."""
        lines = [self.line()]
        while lines[-1][3:4] == "-":
            lines.append(self.line())
        return "\n".join(lines)

    def ask(self, command: str) -> str:
        self.send(command.encode() + b"\r\n")
        return self.answer()

    def begin_data(self, *recipients: str, greeting: str = "EHLO") -> None:
        """Everything up to the answer 354."""
        assert self.ask(f"{greeting} client.example").startswith("250")
        assert self.ask("MAIL FROM:<ann@customer.example>").startswith("250")
        for recipient in recipients or ("support@shop.example",):
            assert self.ask(f"RCPT TO:<{recipient}>").startswith("250")
        assert self.ask("DATA").startswith("354")

    def hung_up(self) -> bool:
        """Whether the server closes the connection, read to its end."""
        while True:
            if not self.line():
                return True

    def close(self) -> None:
        self.socket.close()

    def __enter__(self) -> RawClient:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


@pytest.fixture
def open_server(tmp_path: Path) -> OpenServer:
    """``with open_server(SMTP_SIZE="100000", limits=SmtpLimits(…)) as server:``"""

    @contextlib.contextmanager
    def opened(*, mailboxes: list[str] | None = MAILBOXES, **given: Any) -> Iterator[SmtpServer]:
        names = {name: given.pop(name) for name in list(given) if name.isupper()}
        environ = {"DATA_DIR": str(tmp_path / "var"), "SMTP_LISTEN": "127.0.0.1:0", **names}
        settings = load({f"POSTDESK_{name}": value for name, value in environ.items()})
        if mailboxes is not None:
            write_snapshot(settings.spool_dir / SNAPSHOT, mailboxes)
        with running_smtp_server(settings, **given) as server:
            yield server

    return opened


@pytest.fixture
def server(open_server: OpenServer) -> Iterator[SmtpServer]:
    with open_server() as server:
        yield server
    server.spool.close()


@pytest.fixture
def client(server: SmtpServer) -> Iterator[RawClient]:
    with RawClient(("127.0.0.1", server.port)) as client:
        yield client


def spooled(server: SmtpServer) -> list[bytes]:
    """The raw mails in the server's spool, oldest first."""
    return [server.spool.read(name).raw() for name in server.spool.waiting(1000)]

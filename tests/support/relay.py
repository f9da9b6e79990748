"""A relay that behaves as a test tells it to, at each stage of each exchange.

``relay.plan("rcpt", "451 4.7.1 come back later")`` answers the next RCPT so; ``HANG``, ``DROP`` and
``Slow`` do instead what their names say, and a function says by the recipient which. Stages:
``connect ehlo starttls auth mail rcpt data content``. What is not planned goes well, and is kept in
``mails``. With ``accounts`` it takes mail of those alone who sign in, by AUTH PLAIN or XOAUTH2.
"""

from __future__ import annotations

import json
import socket
import ssl
import subprocess
import threading
import time
from base64 import b64decode, b64encode
from collections import defaultdict, deque
from contextlib import suppress
from dataclasses import dataclass
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

from tests.support.token_server import LIVE

HANG = object()
DROP = object()


@dataclass(frozen=True)
class Slow:
    """Answer well, but after so many seconds."""

    seconds: float


@dataclass(frozen=True)
class Taken:
    """A mail that the relay took: its envelope, and its bytes as they came, dots undoubled."""

    envelope_from: str
    recipient: str
    content: bytes
    tls: bool
    mail_options: str

    @property
    def message(self) -> EmailMessage:
        read = message_from_bytes(self.content, policy=default)
        assert isinstance(read, EmailMessage)
        return read

    @property
    def message_id(self) -> str:
        return str(self.message["Message-ID"])


class ScriptedRelay:
    """Listens from its making until ``close``; as a context manager, until the block ends."""

    def __init__(
        self,
        *,
        extensions: tuple[str, ...] = ("SIZE 50000000",),
        certificate: tuple[Path, Path] | None = None,
        tls_from_start: bool = False,
        accounts: dict[str, str] | None = None,
    ) -> None:
        """:param accounts: passwords, or access tokens, by who signs in; the tokens of the tests'
        provider (``token_server``) are good, too."""
        self.mails: list[Taken] = []
        self.lines: list[str] = []
        """Every command line, of all connections."""
        self.connections = 0
        self._plans: dict[str, deque[Any]] = defaultdict(deque)
        self._always: dict[str, Any] = {}
        self.accounts = accounts
        self.signed_in: list[str] = []
        """Who was let in, and by what: ``PLAIN me`` or ``XOAUTH2 me``."""
        self._extensions = (*extensions, "AUTH PLAIN XOAUTH2") if accounts else extensions
        self._tls = _server_context(certificate) if certificate else None
        self._tls_from_start = tls_from_start
        self._open: set[socket.socket] = set()
        self.port: int = 0
        self.listen()

    def listen(self) -> None:
        """Listen, and after :meth:`close` again, where it did before."""
        self._closing = threading.Event()
        self._socket = socket.create_server(("127.0.0.1", self.port), backlog=50)
        self.port = self._socket.getsockname()[1]
        threading.Thread(target=self._accept, args=(self._socket,), daemon=True).start()

    @property
    def url(self) -> str:
        scheme = "smtps" if self._tls_from_start else "smtp"
        return f"{scheme}://127.0.0.1:{self.port}"

    def plan(self, stage: str, *actions: Any) -> None:
        """What to do the next times this stage is reached, one action a time."""
        self._plans[stage].extend(actions)

    def always(self, stage: str, action: Any) -> None:
        """What to do whenever this stage is reached and nothing else is planned."""
        self._always[stage] = action

    def close(self) -> None:
        """Stop listening and end every connection."""
        self._closing.set()
        for each in (self._socket, *tuple(self._open)):
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()

    def __enter__(self) -> ScriptedRelay:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _accept(self, listening: socket.socket) -> None:
        while True:
            try:
                connection, _ = listening.accept()
            except OSError:
                return
            self.connections += 1
            self._open.add(connection)
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with suppress(_Over, OSError, ValueError):
            tls = self._tls is not None and self._tls_from_start
            if tls and self._tls:
                connection = self._tls.wrap_socket(connection, server_side=True)
            _Exchange(self, connection, tls=tls).run()
        self._open.discard(connection)
        with suppress(OSError):
            connection.close()

    def _next(self, stage: str, recipient: str = "") -> Any:
        action = self._plans[stage].popleft() if self._plans[stage] else self._always.get(stage)
        return action(recipient) if callable(action) else action


class _Over(Exception):
    """The connection has ended."""


class _Exchange:
    def __init__(self, relay: ScriptedRelay, connection: socket.socket, *, tls: bool) -> None:
        self._relay = relay
        self._connection = connection
        self._file = connection.makefile("rb")
        self._tls = tls
        self._sender = ("", "")
        self._recipient = ""
        self._is_in = relay.accounts is None

    def run(self) -> None:
        self._answer("connect", "220 relay.test ready")
        while True:
            line = self._line().decode("utf-8", "replace").rstrip("\r\n")
            self._relay.lines.append(line)
            verb, _, rest = line.partition(" ")
            handler = getattr(self, f"_{verb.lower()}", None)
            if handler is None:
                self._say("250 fine")
            else:
                handler(rest)

    def _ehlo(self, _rest: str) -> None:
        offered = list(self._relay._extensions)
        if self._relay._tls and not self._tls:
            offered.append("STARTTLS")
        lines = ["relay.test", *offered]
        last = len(lines) - 1
        text = "\r\n".join(f"250{' ' if n == last else '-'}{line}" for n, line in enumerate(lines))
        self._answer("ehlo", text)

    def _helo(self, _rest: str) -> None:
        self._answer("ehlo", "250 relay.test")

    def _starttls(self, _rest: str) -> None:
        self._answer("starttls", "220 go ahead")
        assert self._relay._tls
        self._connection = self._relay._tls.wrap_socket(self._connection, server_side=True)
        self._file = self._connection.makefile("rb")
        self._tls = True

    def _auth(self, rest: str) -> None:
        how, _, given = rest.partition(" ")
        if self._relay.accounts is None or self._relay._plans["auth"]:
            self._answer("auth", "235 welcome")
            return
        user, secret = _credentials(how, b64decode(given).decode())
        token_holds = how == "XOAUTH2" and LIVE.get(secret) == user
        self._is_in = token_holds or (bool(secret) and self._relay.accounts.get(user) == secret)
        if self._is_in:
            self._relay.signed_in.append(f"{how} {user}")
            self._say("235 2.7.0 welcome")
            return
        if how == "XOAUTH2":
            why = json.dumps({"status": "400", "schemes": "Bearer"})
            self._say(f"334 {b64encode(why.encode()).decode()}")
            assert self._line() == b"\r\n"
        self._say("535 5.7.8 Username and Password not accepted")

    def _mail(self, rest: str) -> None:
        if not self._is_in:
            self._say("530 5.7.0 Authentication Required")
            return
        address, _, options = rest.partition(">")
        self._sender = (address.partition("<")[2], options.strip())
        self._answer("mail", "250 fine")

    def _rcpt(self, rest: str) -> None:
        self._recipient = rest.partition("<")[2].rpartition(">")[0]
        self._answer("rcpt", "250 fine")

    def _data(self, _rest: str) -> None:
        if not self._answer("data", "354 go on"):
            return
        lines = []
        while (line := self._line()) != b".\r\n":
            lines.append(line[1:] if line.startswith(b".") else line)
        content = b"".join(lines)
        action = self._relay._next("content", self._recipient)
        if action is None or isinstance(action, Slow):
            if action:
                time.sleep(action.seconds)
            sender, options = self._sender
            taken = Taken(sender, self._recipient, content, self._tls, options)
            self._relay.mails.append(taken)
            self._say(f"250 2.0.0 queued as {len(self._relay.mails)}")
        else:
            self._do(action, "")

    def _quit(self, _rest: str) -> None:
        self._say("221 bye")
        raise _Over

    def _answer(self, stage: str, well: str) -> bool:
        """Do what is planned for this stage; whether it went well."""
        action = self._relay._next(stage, self._recipient)
        if action is None:
            self._say(well)
            return True
        return self._do(action, well)

    def _do(self, action: Any, well: str) -> bool:
        if action is DROP:
            raise _Over
        if action is HANG:
            self._relay._closing.wait(30)
            raise _Over
        if isinstance(action, Slow):
            time.sleep(action.seconds)
            self._say(well)
            return True
        self._say(action)
        if action.startswith("421"):
            raise _Over
        return bool(action[0] in "23")

    def _line(self) -> bytes:
        line = self._file.readline(1 << 20)
        if not line:
            raise _Over
        return line

    def _say(self, text: str) -> None:
        self._connection.sendall(f"{text}\r\n".encode())


def _credentials(how: str, given: str) -> tuple[str, str]:
    """Who signs in, and by which password or token."""
    if how == "PLAIN":
        _, user, password = given.split("\0")
        return user, password
    user, token, *_ = given.split("\1")
    return user.removeprefix("user="), token.removeprefix("auth=Bearer ")


def make_certificate(folder: Path, name: str = "localhost") -> tuple[Path, Path]:
    """A certificate that only itself vouches for, and its key."""
    certificate, key = folder / "cert.pem", folder / "key.pem"
    options = {
        "-newkey": "ec",
        "-pkeyopt": "ec_paramgen_curve:prime256v1",
        "-days": "2",
        "-subj": f"/CN={name}",
        "-addext": f"subjectAltName=DNS:{name}",
        "-keyout": str(key),
        "-out": str(certificate),
    }
    flat = [part for option in options.items() for part in option]
    command = ["openssl", "req", "-x509", "-nodes", *flat]
    subprocess.run(command, check=True, capture_output=True)
    return certificate, key


def _server_context(certificate: tuple[Path, Path]) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)
    return context

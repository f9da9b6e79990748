"""One SMTP connection to a relay: opened, greeted, encrypted, signed in; then mails over it.

Built on smtplib's commands, not on its ``sendmail``: that cannot say at which byte a connection was
lost, and sends what it is given with bare LF line ends. Nothing else in ``helpdesk`` speaks SMTP.
"""

from __future__ import annotations

import smtplib
import socket
import ssl
from base64 import b64encode
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass

from helpdesk.imap.trouble import tls_words
from helpdesk.submission.trouble import RelayFault
from helpdesk.xoauth2 import xoauth2

_BLOCK = 256 * 1024


@dataclass(frozen=True)
class Timeouts:
    """How long to wait for a relay, in seconds (RFC 5321 4.5.3.2)."""

    connect: float = 30
    banner: float = 300
    command: float = 300
    data: float = 120
    block: float = 180
    end: float = 600


@dataclass(frozen=True)
class Reply:
    """A relay's answer."""

    code: int
    text: str

    @property
    def positive(self) -> bool:
        return 200 <= self.code < 400


class ConnectionLost(Exception):
    """The connection is gone, or the answer did not come in time or made no sense."""


class RelayUnreachable(Exception):
    """There is no relay, or none that lets us in. It says nothing about the mail."""

    def __init__(
        self, text: str, code: int | None = None, fault: RelayFault = RelayFault.UNREACHABLE
    ) -> None:
        super().__init__(text)
        self.code = code
        self.fault = fault


class RelaySession:
    """A connection to one relay."""

    def __init__(self, timeouts: Timeouts, own_name: str) -> None:
        self._timeouts = timeouts
        self._own_name = own_name
        self._smtp: smtplib.SMTP | None = None
        self.tls = False

    def open(self, host: str, port: int, *, tls: ssl.SSLContext | None = None) -> None:
        """Connect, and exchange greetings.

        :param tls: where the relay speaks TLS from the first byte.
        :raises RelayUnreachable: where there is no relay, or it will not talk to us.
        """
        with _as_unreachable():
            self._smtp = smtp = _client(self._own_name, host, self._timeouts, tls)
            reply = smtp.connect(host, port)
            _expect(reply, 220)
            self.tls = tls is not None
            self._hello()

    def start_tls(self, context: ssl.SSLContext) -> None:
        """Encrypt the rest (RFC 3207).

        :raises RelayUnreachable: where the relay does not offer it, refuses, or its certificate
            fails.
        """
        with _as_unreachable():
            if not self.offers("starttls"):
                raise RelayUnreachable(
                    "it offers no encryption (STARTTLS), which is required",
                    fault=RelayFault.UNTRUSTED,
                )
            self._wait(self._timeouts.command)
            self._connected.starttls(context=context)
            self.tls = True
            self._hello()

    def sign_in(self, user: str, password: str) -> None:
        """Give user and password (RFC 4954).

        :raises RelayUnreachable: where they are refused.
        """
        with _as_unreachable():
            self._wait(self._timeouts.command)
            self._connected.login(user, password)

    def sign_in_by_token(self, user: str, token: str) -> None:
        """Give user and access token (XOAUTH2, as Google and Microsoft have it).

        :raises RelayUnreachable: where they are refused.
        """
        given = b64encode(xoauth2(user, token)).decode("ascii")
        with _as_unreachable():
            self._wait(self._timeouts.command)
            smtp = self._connected
            if "XOAUTH2" not in str(smtp.esmtp_features.get("auth", "")).upper().split():
                raise RelayUnreachable("it does not offer XOAUTH2", fault=RelayFault.REFUSED)
            code, said = smtp.docmd("AUTH", f"XOAUTH2 {given}")
            if code == 334:  # it says why in a challenge, and refuses once that is answered
                code, said = smtp.docmd("")
            if code != 235:
                raise smtplib.SMTPAuthenticationError(code, said)

    def offers(self, extension: str) -> bool:
        """Whether the relay's EHLO named this extension, in lower case."""
        return self._connected.has_extn(extension)

    def begin(self, command: str) -> Reply:
        """``MAIL FROM``: begin a transaction.

        :raises ConnectionLost: where no answer came.
        """
        return self._ask(command, self._timeouts.command)

    def until_data(self, recipient: str) -> Iterator[Reply]:
        """``RCPT TO``, then ``DATA``: each answer, to be looked at before the next is asked for."""
        yield self._ask(f"RCPT TO:<{recipient}>", self._timeouts.command)
        yield self._ask("DATA", self._timeouts.data)

    def send_content(self, content: bytes) -> None:
        """Send the mail, dots doubled, and the dot that ends it (RFC 5321 4.5.2).

        :raises ConnectionLost: where not all of it could be handed over; then the relay lacks the
            end, and takes nothing.
        """
        body = content.replace(b"\r\n.", b"\r\n..")
        body = b"." + body if body.startswith(b".") else body
        body += b".\r\n" if body.endswith(b"\r\n") else b"\r\n.\r\n"
        self._wait(self._timeouts.block)
        with _as_connection_lost():
            for start in range(0, len(body), _BLOCK):
                self._socket.sendall(body[start : start + _BLOCK])

    def final_reply(self) -> Reply:
        """The answer to the mail itself.

        :raises ConnectionLost: where none came: nobody knows whether the relay took the mail.
        """
        return self._answer(self._timeouts.end)

    def reset(self) -> None:
        """``RSET``: leave a transaction that was refused.

        :raises ConnectionLost: where no answer came.
        """
        self._ask("RSET", self._timeouts.command)

    def quit(self) -> None:
        """``QUIT``, without waiting long for the answer."""
        with suppress(ConnectionLost, AttributeError):
            self._ask("QUIT", min(2.0, self._timeouts.command))
        self.shut_down()

    def shut_down(self) -> None:
        """End the connection at once, also under a thread that waits on it."""
        found = self._smtp.sock if self._smtp else None
        if found is not None:
            with suppress(OSError):
                found.shutdown(socket.SHUT_RDWR)
            with suppress(OSError):
                found.close()

    def _hello(self) -> None:
        self._wait(self._timeouts.command)
        smtp = self._connected
        if smtp.ehlo()[0] != 250:
            _expect(smtp.helo(), 250)

    def _ask(self, command: str, timeout: float) -> Reply:
        self._wait(timeout)
        with _as_connection_lost():
            self._socket.sendall(f"{command}\r\n".encode())
        return self._answer(timeout)

    def _answer(self, timeout: float) -> Reply:
        self._wait(timeout)
        with _as_connection_lost():
            code, said = self._connected.getreply()
        if not 200 <= code < 600:
            raise ConnectionLost("it answered with something that is no SMTP reply")
        return Reply(code, said.decode("utf-8", "replace"))

    def _wait(self, timeout: float) -> None:
        with _as_connection_lost():
            self._socket.settimeout(timeout)

    @property
    def _connected(self) -> smtplib.SMTP:
        assert self._smtp is not None
        return self._smtp

    @property
    def _socket(self) -> socket.socket:
        found = self._connected.sock
        if found is None:  # smtplib closes it when a reply ends half-way
            raise ConnectionLost("the connection is closed")
        return found


def _client(
    own_name: str, host: str, timeouts: Timeouts, tls: ssl.SSLContext | None
) -> smtplib.SMTP:
    """An smtplib client that gives connecting less time than the greeting."""
    base: type[smtplib.SMTP] = smtplib.SMTP_SSL if tls else smtplib.SMTP

    class Client(base):  # type: ignore[valid-type,misc]
        def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
            opened: socket.socket = super()._get_socket(host, port, timeout)
            opened.settimeout(timeouts.banner)
            return opened

    options = {"context": tls} if tls else {}
    client: smtplib.SMTP = Client(local_hostname=own_name, timeout=timeouts.connect, **options)
    # The name that the certificate must carry; smtplib takes it only where it connects at once.
    client._host = host  # type: ignore[attr-defined]
    return client


def _expect(reply: tuple[int, bytes], code: int) -> None:
    if reply[0] != code:
        said = reply[1].decode("utf-8", "replace")
        if reply[0] < 200:
            raise RelayUnreachable(f"there is a server, but it is no SMTP server ({said})")
        raise RelayUnreachable(said, reply[0])


class _as_connection_lost:  # noqa: N801 (reads as a phrase: with _as_connection_lost())
    """Turn what can happen to a connection into :class:`ConnectionLost`.

    A class and not a generator: it stands on the hot path.
    """

    def __enter__(self) -> None:
        return None

    def __exit__(self, _kind: object, problem: object, _trace: object) -> None:
        if isinstance(problem, (OSError, smtplib.SMTPException, ValueError)):
            raise ConnectionLost(_words(problem)) from problem


class _as_unreachable:  # noqa: N801
    """Turn what can happen before the first mail into :class:`RelayUnreachable`."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, _kind: object, problem: object, _trace: object) -> None:
        if isinstance(problem, smtplib.SMTPResponseException):
            said = problem.smtp_error
            text = said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
            raise RelayUnreachable(text, problem.smtp_code, _fault(problem)) from problem
        if isinstance(problem, (OSError, smtplib.SMTPException, ValueError, ConnectionLost)):
            raise RelayUnreachable(_words(problem), fault=_fault(problem)) from problem


def _fault(problem: Exception) -> RelayFault:
    if isinstance(problem, ssl.SSLError):
        return RelayFault.UNTRUSTED
    if isinstance(problem, smtplib.SMTPNotSupportedError):
        return RelayFault.REFUSED
    refused = isinstance(problem, smtplib.SMTPAuthenticationError) and problem.smtp_code >= 500
    return RelayFault.REFUSED if refused else RelayFault.UNREACHABLE


def _words(problem: Exception) -> str:
    if isinstance(problem, TimeoutError):
        return "no answer in time"
    if isinstance(problem, ConnectionRefusedError):
        return "the connection was refused"
    if isinstance(problem, (ConnectionError, smtplib.SMTPServerDisconnected)):
        # smtplib wraps a time-out into its own "Connection unexpectedly closed: timed out".
        late = "timed out" in str(problem)
        return "no answer in time" if late else f"the connection was lost ({problem})"
    if isinstance(problem, ssl.SSLError):
        return tls_words(problem)
    return str(problem) or type(problem).__name__

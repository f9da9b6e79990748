"""An account on a mail server: where it is, and who signs in."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass, field
from enum import StrEnum
from urllib.parse import unquote, urlsplit

INBOX = "INBOX"
LONGEST_NAME = 200
_HOST = re.compile(
    r"(?=.{1,253}\Z)[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?)*"
)


class Tls(StrEnum):
    """How the connection is encrypted."""

    IMPLICIT = "implicit"
    """From the first byte, as on port 993."""
    STARTTLS = "starttls"
    """From a command on, as on port 143."""
    OFF = "off"
    """Not at all: for a server on this very machine alone."""


PORTS = {Tls.IMPLICIT: 993, Tls.STARTTLS: 143, Tls.OFF: 143}


@dataclass(frozen=True)
class ImapAccount:
    """What it takes to open a folder of a mail server."""

    host: str
    port: int
    tls: Tls
    login: str
    password: str = field(repr=False)
    folder: str = INBOX
    by_token: bool = False
    """Whether ``password`` is an access token (XOAUTH2); where empty, one is to be asked for."""

    @property
    def server(self) -> str:
        """For people: never the password."""
        return f"{self.host}:{self.port}"


class WrongAccount(ValueError):
    """What was typed is no account. The text is one sentence; ``field`` names the field."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


def checked_account(
    host: str,
    port: str,
    tls: str,
    login: str,
    password: str,
    folder: str,
    *,
    by_token: bool = False,
) -> ImapAccount:
    """Return the account that was typed.

    :param port: empty for the usual one.
    :param by_token: whether an access token signs in, and no password is asked for.
    :raises WrongAccount:
    """
    host = host.strip().strip(".").lower()
    if not (_HOST.fullmatch(host) or _is_ip(host)):
        raise WrongAccount("host", "The server is a name such as imap.your-hoster.example.")
    if tls not in set(Tls):
        raise WrongAccount("tls", "Say how the connection is encrypted.")
    if tls == Tls.OFF and not is_loopback(host):
        raise WrongAccount(
            "tls", "Without encryption anybody on the way could read the password: choose another."
        )
    number = int(port) if port.isascii() and port.isdigit() and len(port) < 6 else 0
    if port.strip() and not 0 < number < 65536:
        raise WrongAccount("port", "The port is a number, such as 993.")
    login, folder = login.strip(), folder.strip() or INBOX
    if not login or len(login) > LONGEST_NAME or not login.isprintable():
        raise WrongAccount("login", "Say who signs in: most often it is the whole mail address.")
    if not (password or by_token) or any(one in password for one in "\r\n\0"):
        raise WrongAccount("password", "Say the password.")
    if len(folder) > LONGEST_NAME or not folder.isprintable():
        raise WrongAccount("folder", "The folder is a name such as INBOX.")
    port_number = number or PORTS[Tls(tls)]
    return ImapAccount(host, port_number, Tls(tls), login, password, folder, by_token)


def account_of_url(url: str, password: str, *, by_token: bool = False) -> ImapAccount:
    """Return the account that a URL names, such as ``imaps://me%40shop.example@host/INBOX``.

    ``imaps:`` is encrypted from the first byte, ``imap:`` by STARTTLS, which ``?tls=off`` leaves
    out.

    :raises WrongAccount:
    """
    try:
        parts = urlsplit(url)
        port = str(parts.port or "")
    except ValueError:
        raise WrongAccount("url", f"“{url}” is no address of a mail server.") from None
    if parts.scheme not in ("imap", "imaps") or not parts.hostname or parts.query not in (
        "", "tls=off"
    ):  # fmt: skip
        raise WrongAccount("url", "The address is imaps://user@host/FOLDER, or imap://… .")
    if parts.password:
        raise WrongAccount("url", "The password stands on standard input, not in the address.")
    tls = Tls.IMPLICIT if parts.scheme == "imaps" else Tls.OFF if parts.query else Tls.STARTTLS
    # Who writes the @ of the user's address as it is means the last one.
    login = unquote(parts.netloc.rpartition("@")[0])
    folder = unquote(parts.path.removeprefix("/"))
    return checked_account(parts.hostname, port, tls, login, password, folder, by_token=by_token)


def is_loopback(host: str) -> bool:
    """Whether a server is this very machine."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _is_ip(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True

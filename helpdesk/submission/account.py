"""An account that mail is sent by: which server takes it, and who signs in there."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import parse_qs, unquote, urlsplit

from helpdesk.imap.account import Tls, WrongAccount, checked_account
from helpdesk.settings import Relay
from helpdesk.text import bounded_int

SENDING_PORTS = {Tls.IMPLICIT: 465, Tls.STARTTLS: 587, Tls.OFF: 25}
MOST_A_MINUTE = 100_000
_URL = "The address is smtps://user@host (port 465), or smtp://user@host (STARTTLS, port 587)."
_WORDS = {
    "host": "The server is a name such as smtp.your-hoster.example.",
    "port": "The port is a number, such as 465 or 587.",
}


@dataclass(frozen=True)
class SendingAccount:
    """What it takes to send by somebody's account."""

    host: str
    port: int
    tls: Tls
    login: str
    password: str = field(repr=False)
    per_minute: int = 0
    """The most mails a minute; 0: as many as go."""
    by_token: bool = False
    """Whether an access token signs in, and there is no password."""

    @property
    def server(self) -> str:
        """For people: never the password."""
        return f"{self.host}:{self.port}"

    def relay(self) -> Relay:
        """The same as what sends takes it."""
        return Relay(
            "smtps" if self.tls is Tls.IMPLICIT else "smtp",
            self.host,
            self.port,
            self.login,
            self.password,
            "off" if self.tls is Tls.OFF else "required",
            per_second=self.per_minute / 60,
        )


def checked_sending(
    host: str,
    port: str,
    tls: str,
    login: str,
    password: str,
    per_minute: str = "",
    *,
    by_token: bool = False,
) -> SendingAccount:
    """Return the account that was typed.

    :param port: empty for the usual one.
    :param per_minute: empty, or 0, for as many as go.
    :param by_token: whether an access token signs in, and no password is asked for.
    :raises WrongAccount: naming the field.
    """
    usual = str(SENDING_PORTS[Tls(tls)]) if tls in set(Tls) else ""
    try:
        given = checked_account(
            host, port.strip() or usual, tls, login, password, "", by_token=by_token
        )
    except WrongAccount as problem:
        raise WrongAccount(problem.field, _WORDS.get(problem.field, str(problem))) from None
    most = bounded_int(per_minute.strip() or "0", most=MOST_A_MINUTE)
    if most is None:
        raise WrongAccount("per_minute", "Say it as a number, such as 30; 0 for as many as go.")
    return SendingAccount(given.host, given.port, given.tls, given.login, password, most, by_token)


@dataclass(frozen=True)
class TypedUrl:
    """The parts of an account's address, as they stand in it."""

    host: str
    port: str
    tls: Tls
    login: str
    per_minute: str


def sending_url(url: str) -> TypedUrl:
    """Return what stands in a URL such as ``smtps://me@shop.example@smtp.hoster.example``.

    ``smtps:`` is encrypted from the first byte, ``smtp:`` by STARTTLS, which ``?tls=off`` leaves
    out; ``?a-minute=30`` is the most mails a minute.

    :raises WrongAccount:
    """
    try:
        parts = urlsplit(url)
        port, asked = str(parts.port or ""), parse_qs(parts.query, strict_parsing=bool(parts.query))
    except ValueError:
        raise WrongAccount("url", f"“{url}” is no address of a mail server.") from None
    if (
        parts.scheme not in ("smtp", "smtps")
        or not parts.hostname
        or asked.keys() - {"tls", "a-minute"}
        or asked.get("tls", ["off"]) != ["off"]
    ):
        raise WrongAccount("url", _URL)
    if parts.password:
        raise WrongAccount("url", "The password stands on standard input, not in the address.")
    plain = Tls.OFF if "tls" in asked else Tls.STARTTLS
    return TypedUrl(
        parts.hostname,
        port,
        Tls.IMPLICIT if parts.scheme == "smtps" else plain,
        # Who writes the @ of the user's address as it is means the last one.
        unquote(parts.netloc.rpartition("@")[0]),
        asked.get("a-minute", [""])[-1],
    )

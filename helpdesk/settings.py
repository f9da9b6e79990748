"""Every setting, read once from ``POSTDESK_*`` variables (or a ``.env`` file), typed, frozen.

A value that does not parse stops the start with one line that names the setting
(:class:`SettingError`); nothing falls back silently.
"""

from __future__ import annotations

import ipaddress
import os
import re
import secrets
import stat
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TypeVar
from urllib.parse import parse_qsl, unquote, urlsplit

from helpdesk.mail_policy import MailPolicy
from helpdesk.text import bounded_int

T = TypeVar("T")
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

MIB = 1024 * 1024


class SettingError(Exception):
    """A setting does not parse. The text is one line for the operator, naming the setting."""


@dataclass(frozen=True)
class Listen:
    """A place to listen: a TCP host and port, or the path of a unix socket; SMTP or LMTP."""

    host: str = ""
    port: int = 0
    path: str = ""
    protocol: str = "smtp"

    def __str__(self) -> str:
        return f"unix:{self.path}" if self.path else f"{self.host}:{self.port}"


@dataclass(frozen=True)
class Relay:
    """Where mail leaves: ``capture``, ``smtp`` (with STARTTLS as ``tls`` says) or ``smtps``."""

    scheme: str
    host: str = ""
    port: int = 0
    user: str = ""
    password: str = ""
    tls: str = "offered"
    """STARTTLS: where it is ``offered``, always (``required``), or never (``off``)."""
    authority: Path | None = None
    """A file of certificates that vouch for the relay, instead of the system's."""
    per_second: float = 0
    """The most mails a second that one machine may hand over; 0: as many as go."""

    @property
    def name(self) -> str:
        """What may be shown and logged: never the password."""
        return "capture" if self.scheme == "capture" else f"{self.scheme}://{self.host}:{self.port}"


@dataclass(frozen=True)
class Settings:
    """All of Postdesk's settings. Sizes in bytes, times in seconds."""

    data_dir: Path
    database_url: str
    redis_url: str | None
    smtp_listen: tuple[Listen, ...]
    web_listen: Listen
    public_url: str
    relay: Relay
    fallback_relay: Relay | None
    dkim_key: Path | None
    """A file, or a folder of ``<domain>.pem``."""
    dkim_selector: str
    secret_key: str
    blob_url: str
    auth: str
    trusted_authserv: str
    arc_sealers: frozenset[str]
    mail_policy: MailPolicy
    smtp_size: int
    smtp_exempt: tuple[Network, ...]
    smtp_tls_cert: Path | None
    smtp_tls_key: Path | None
    canary: str
    """The mailbox that a canary is sent to, out by the relay and in by the MX; empty: none is."""
    canary_every: int

    @property
    def spool_dir(self) -> Path:
        return self.data_dir / "spool"

    @property
    def sent_dir(self) -> Path:
        """The Maildir that the ``capture:`` relay writes."""
        return self.data_dir / "sent"

    @property
    def is_sqlite(self) -> bool:
        return self.database_url.startswith("sqlite")

    @property
    def public_host(self) -> str:
        return urlsplit(self.public_url).hostname or "localhost"

    @property
    def secure_cookies(self) -> bool:
        """Cookies are Secure unless the public address is plain http."""
        return self.public_url.startswith("https://")


def load(environ: Mapping[str, str] | None = None, *, env_file: Path | None = None) -> Settings:
    """Read the settings.

    :param environ: variables to read; the process's own, over those of ``env_file``, if not given.
    :param env_file: a file of ``NAME=value`` lines; ``.env`` in the current folder if not given.
    :raises SettingError: one line that names the setting and says what is expected.
    """
    if environ is None:
        environ = {**_read_env_file(env_file or Path(".env")), **os.environ}
    get = _Reader(environ)
    data_dir = get("DATA_DIR", "./var", lambda text: Path(text).expanduser().absolute())
    database_url = get("DATABASE_URL", f"sqlite:///{data_dir / 'postdesk.db'}", _database_url)
    web_listen = get("WEB_LISTEN", "127.0.0.1:8000", _tcp)
    return Settings(
        data_dir=data_dir,
        database_url=database_url,
        redis_url=get("REDIS_URL", "", _redis_url) or None,
        smtp_listen=get("SMTP_LISTEN", "127.0.0.1:8025", _listens),
        web_listen=web_listen,
        public_url=get("PUBLIC_URL", f"http://{_shown_host(web_listen)}", _public_url),
        relay=get("RELAY_URL", "capture:", _relay),
        fallback_relay=get("FALLBACK_RELAY_URL", "", lambda t: _relay(t) if t else None),
        dkim_key=get("DKIM_KEY", "", _dkim_key),
        dkim_selector=get("DKIM_SELECTOR", "postdesk", _selector),
        secret_key=get("SECRET_KEY", "", _secret) or _kept_secret(data_dir),
        blob_url=get("BLOB_URL", str(data_dir / "blobs"), _folder),
        auth=get("AUTH", "own", _one_of("front", "own", "off")),
        trusted_authserv=get("TRUSTED_AUTHSERV", "", _server_name),
        arc_sealers=get("ARC_SEALERS", "", _domains),
        mail_policy=_mail_policy(get),
        smtp_size=get("SMTP_SIZE", str(36 * MIB), _size),
        smtp_exempt=get("SMTP_EXEMPT", "127.0.0.0/8,::1", _networks),
        smtp_tls_cert=get("SMTP_TLS_CERT", "", _optional_path),
        smtp_tls_key=get("SMTP_TLS_KEY", "", _optional_path),
        canary=get("CANARY", "", _mailbox),
        canary_every=get("CANARY_EVERY", "900", _seconds),
    )


def _mail_policy(get: _Reader) -> MailPolicy:
    usual = MailPolicy()
    return MailPolicy(
        strict=get("STRICT", "no", _one_of("yes", "no")) == "yes",
        acknowledgements_sender_hour=get(
            "ACK_SENDER_HOUR", str(usual.acknowledgements_sender_hour), _count
        ),
        acknowledgements_sender_day=get(
            "ACK_SENDER_DAY", str(usual.acknowledgements_sender_day), _count
        ),
        acknowledgements_domain_hour=get(
            "ACK_DOMAIN_HOUR", str(usual.acknowledgements_domain_hour), _count
        ),
        acknowledgements_hour=get("ACK_HOUR", str(usual.acknowledgements_hour), _count),
    )


class _Reader:
    def __init__(self, environ: Mapping[str, str]) -> None:
        self._environ = environ

    def __call__(self, name: str, default: str, parse: Callable[[str], T]) -> T:
        full = f"POSTDESK_{name}"
        text = self._environ.get(full, "").strip() or default
        try:
            return parse(text)
        except ValueError as problem:
            raise SettingError(f"{full}: {problem}") from None


def _read_env_file(path: Path) -> dict[str, str]:
    try:
        lines = path.read_text("utf-8").splitlines()
    except OSError:
        return {}
    values = {}
    for line in lines:
        name, equals, value = line.strip().removeprefix("export ").partition("=")
        if equals and not name.startswith("#"):
            values[name.strip()] = value.strip().strip("\"'")
    return values


def _kept_secret(data_dir: Path) -> str:
    """The secret of this installation, made on first start with mode 0600."""
    path = data_dir / "secret_key"
    try:
        data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            made = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, stat.S_IRUSR | stat.S_IWUSR)
        except FileExistsError:
            pass
        else:
            with os.fdopen(made, "w") as file:
                file.write(secrets.token_hex(32))
                file.flush()
                os.fsync(file.fileno())
        text = path.read_text().strip()
    except OSError as problem:
        raise SettingError(
            f"POSTDESK_DATA_DIR: cannot write to {data_dir} ({problem.strerror}); "
            "choose another folder or mend its permissions"
        ) from None
    if len(text) < 32:
        raise SettingError(f"POSTDESK_SECRET_KEY: {path} is cut short; restore it from a backup")
    return text


def _database_url(text: str) -> str:
    if not text.startswith(("sqlite:///", "postgresql+psycopg://")):
        raise ValueError("must begin with sqlite:/// or postgresql+psycopg://")
    return text


def _redis_url(text: str) -> str:
    if text and not text.startswith(("redis://", "rediss://", "unix://")):
        raise ValueError("must begin with redis://, rediss:// or unix://")
    return text


def _tcp(text: str) -> Listen:
    host, colon, port = text.rpartition(":")
    number = bounded_int(port, most=65535)
    if not colon or number is None:
        raise ValueError(f"“{text}” is no host:port, such as 127.0.0.1:8025")
    return Listen(host=host.strip("[]") or "0.0.0.0", port=number)  # noqa: S104


def _listens(text: str) -> tuple[Listen, ...]:
    return tuple(_listen(part.strip()) for part in text.split(",") if part.strip())


def _listen(text: str) -> Listen:
    protocol = "lmtp" if text.startswith("lmtp:") else "smtp"
    rest = text.removeprefix("lmtp:").removeprefix("smtp:")
    if rest.startswith("unix:"):
        return Listen(path=rest.removeprefix("unix:"), protocol=protocol)
    tcp = _tcp(rest)
    return Listen(host=tcp.host, port=tcp.port, protocol=protocol)


def _shown_host(listen: Listen) -> str:
    host = "127.0.0.1" if listen.host in ("0.0.0.0", "::") else listen.host  # noqa: S104
    return f"[{host}]:{listen.port}" if ":" in host else f"{host}:{listen.port}"


def _public_url(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("must be the address people open, such as https://help.shop.example")
    return text.rstrip("/")


def _relay(text: str) -> Relay:
    if text.startswith("capture:"):
        return Relay("capture")
    parts = urlsplit(text)
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname:
        raise ValueError("must be capture:, smtp://user:pass@host:587 or smtps://…")
    asked = dict(parse_qsl(parts.query, keep_blank_values=True))
    if unknown := asked.keys() - {"tls", "ca", "rate"}:
        raise ValueError(f"knows no “{min(unknown)}”; after the ? stand tls=, ca= or rate=")
    return Relay(
        scheme=parts.scheme,
        host=parts.hostname,
        port=parts.port or (465 if parts.scheme == "smtps" else 25),
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        tls=_one_of("required", "offered", "off")(asked.get("tls", "offered")),
        authority=_optional_path(asked.get("ca", "")),
        per_second=_rate(asked.get("rate", "")),
    )


_GREATEST = 10**12
_SPANS = {"second": 1, "minute": 60, "hour": 3600}


def _rate(text: str) -> float:
    """Mails a second, from “14/second” or “600/minute”."""
    if not text:
        return 0
    count, _, span = text.partition("/")
    number = bounded_int(count, least=1, most=_GREATEST)
    if number is None or span not in _SPANS:
        raise ValueError("rate= must be such as 14/second, 600/minute or 5000/hour")
    return number / _SPANS[span]


def _dkim_key(text: str) -> Path | None:
    if not text:
        return None
    path = Path(text).expanduser().absolute()
    keys = sorted(path.glob("*.pem")) if path.is_dir() else [path]
    if not keys:
        raise ValueError(f"{path} holds no key, such as shop.example.pem")
    for key in keys:
        try:
            holds = "PRIVATE KEY-----" in key.read_text("ascii")
        except (OSError, UnicodeError):
            holds = False
        if not holds:
            raise ValueError(f"{key} is not a private key in PEM that can be read")
    return path


def _selector(text: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9_-]{1,63}(?:\.[A-Za-z0-9_-]{1,63})*", text):
        raise ValueError("must be the name before ._domainkey, such as postdesk")
    return text


def _secret(text: str) -> str:
    if text and len(text) < 32:
        raise ValueError("is too short; use at least 32 characters")
    return text


def _one_of(*names: str) -> Callable[[str], str]:
    def parse(text: str) -> str:
        if text not in names:
            raise ValueError(f"must be one of {', '.join(names)}")
        return text

    return parse


def _whole(text: str, *, least: int, problem: str) -> int:
    number = bounded_int(text, least=least, most=_GREATEST)
    if number is None:
        raise ValueError(problem)
    return number


_size = partial(_whole, least=64 * 1024, problem="must be a number of bytes, at least 65536")
_count = partial(_whole, least=0, problem="must be a number, 0 for none at all")
_seconds = partial(_whole, least=60, problem="must be a number of seconds, at least 60")


def _domains(text: str) -> frozenset[str]:
    names = [part.strip().lower().rstrip(".") for part in text.split(",") if part.strip()]
    if wrong := [name for name in names if "." not in name or set(name) & set(" @/:")]:
        raise ValueError(f"“{wrong[0]}” is no domain, such as lists.example.org")
    return frozenset(names)


def _folder(text: str) -> str:
    if "://" in text:
        raise ValueError("must be a folder, such as one that all machines share")
    return text


def _server_name(text: str) -> str:
    if set(text) & set(" \t@/,;"):
        raise ValueError("must be one name, as it stands first in Authentication-Results")
    return text.lower()


def _mailbox(text: str) -> str:
    if text and not re.fullmatch(r"[^\s@]+@[^\s@]+", text):
        raise ValueError("must be the address of a mailbox, such as support@shop.example")
    return text.lower()


def _networks(text: str) -> tuple[Network, ...]:
    return tuple(
        ipaddress.ip_network(part.strip(), strict=False) for part in text.split(",") if part.strip()
    )


def _optional_path(text: str) -> Path | None:
    if not text:
        return None
    path = Path(text).expanduser().absolute()
    if not path.is_file():
        raise ValueError(f"{path} is not a file")
    return path

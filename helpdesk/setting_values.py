"""What a setting's text means: each function takes it and returns the value.

A text that does not hold raises :class:`ValueError` with words for the operator, in one line.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from helpdesk.text import bounded_int

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


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
    token: str = field(default="", repr=False)
    """An access token, by which the user signs in instead of a password (XOAUTH2)."""

    @property
    def name(self) -> str:
        """What may be shown and logged: never the password."""
        return "capture" if self.scheme == "capture" else f"{self.scheme}://{self.host}:{self.port}"


@dataclass(frozen=True)
class OAuthClient:
    """What Postdesk is registered as at Google or Microsoft."""

    client_id: str = ""
    """Empty: nobody signs in there."""
    client_secret: str = field(default="", repr=False)
    url: str = ""
    """Where the provider is, if not at its usual address."""


def database_url(text: str) -> str:
    if not text.startswith(("sqlite:///", "postgresql+psycopg://")):
        raise ValueError("must begin with sqlite:/// or postgresql+psycopg://")
    return text


def redis_url(text: str) -> str:
    if text and not text.startswith(("redis://", "rediss://", "unix://")):
        raise ValueError("must begin with redis://, rediss:// or unix://")
    return text


def tcp(text: str) -> Listen:
    host, colon, port = text.rpartition(":")
    number = bounded_int(port, most=65535)
    if not colon or number is None:
        raise ValueError(f"“{text}” is no host:port, such as 127.0.0.1:8025")
    return Listen(host=host.strip("[]") or "0.0.0.0", port=number)  # noqa: S104


def metrics_listen(text: str, web: Listen) -> Listen | None:
    """Where ``/metrics`` answers to everybody: a port of its own, or nowhere."""
    if not text:
        return None
    where = tcp(text)
    if where.port == web.port:
        raise ValueError("must have another port than POSTDESK_WEB_LISTEN")
    return where


def listens(text: str) -> tuple[Listen, ...]:
    return tuple(listen(part.strip()) for part in text.split(",") if part.strip())


def listen(text: str) -> Listen:
    protocol = "lmtp" if text.startswith("lmtp:") else "smtp"
    rest = text.removeprefix("lmtp:").removeprefix("smtp:")
    if rest.startswith("unix:"):
        return Listen(path=rest.removeprefix("unix:"), protocol=protocol)
    where = tcp(rest)
    return Listen(host=where.host, port=where.port, protocol=protocol)


def shown_host(listen: Listen) -> str:
    host = "127.0.0.1" if listen.host in ("0.0.0.0", "::") else listen.host  # noqa: S104
    return f"[{host}]:{listen.port}" if ":" in host else f"{host}:{listen.port}"


def public_url(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("must be the address people open, such as https://help.shop.example")
    return text.rstrip("/")


def relay(text: str) -> Relay:
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
        tls=one_of("required", "offered", "off")(asked.get("tls", "offered")),
        authority=optional_path(asked.get("ca", "")),
        per_second=rate(asked.get("rate", "")),
    )


_GREATEST = 10**12
_SPANS = {"second": 1, "minute": 60, "hour": 3600}


def rate(text: str) -> float:
    """Mails a second, from “14/second” or “600/minute”."""
    if not text:
        return 0
    count, _, span = text.partition("/")
    number = bounded_int(count, least=1, most=_GREATEST)
    if number is None or span not in _SPANS:
        raise ValueError("rate= must be such as 14/second, 600/minute or 5000/hour")
    return number / _SPANS[span]


def dkim_key(text: str) -> Path | None:
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


def selector(text: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9_-]{1,63}(?:\.[A-Za-z0-9_-]{1,63})*", text):
        raise ValueError("must be the name before ._domainkey, such as postdesk")
    return text


def secret(text: str) -> str:
    if text and len(text) < 32:
        raise ValueError("is too short; use at least 32 characters")
    return text


def secrets(text: str) -> tuple[str, ...]:
    return tuple(secret(one.strip()) for one in text.split(",") if one.strip())


def one_of(*names: str) -> Callable[[str], str]:
    def parse(text: str) -> str:
        if text not in names:
            raise ValueError(f"must be one of {', '.join(names)}")
        return text

    return parse


def whole(text: str, *, least: int, problem: str) -> int:
    number = bounded_int(text, least=least, most=_GREATEST)
    if number is None:
        raise ValueError(problem)
    return number


size = partial(whole, least=64 * 1024, problem="must be a number of bytes, at least 65536")
count = partial(whole, least=0, problem="must be a number, 0 for none at all")
seconds = partial(whole, least=60, problem="must be a number of seconds, at least 60")


def domains(text: str) -> frozenset[str]:
    names = [part.strip().lower().rstrip(".") for part in text.split(",") if part.strip()]
    if wrong := [name for name in names if "." not in name or set(name) & set(" @/:")]:
        raise ValueError(f"“{wrong[0]}” is no domain, such as lists.example.org")
    return frozenset(names)


def blob_url(text: str) -> str:
    """A folder, or a bucket of S3."""
    if not text.startswith("s3://"):
        if "://" in text:
            raise ValueError("must be a folder, or s3://bucket/prefix")
        return text
    parts = urlsplit(text)
    if not re.fullmatch(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]", parts.netloc):
        raise ValueError("must name a bucket, such as s3://shop-mails/postdesk")
    if parts.query or parts.fragment or not re.fullmatch(r"[\w./-]*", parts.path, re.ASCII):
        raise ValueError("has more than s3://bucket/prefix; keys belong in AWS_… variables")
    return f"s3://{parts.netloc}/{parts.path.strip('/')}".rstrip("/")


def s3_endpoint(text: str) -> str:
    """Where a server of S3 is; empty for AWS."""
    parts = urlsplit(text)
    if text and (parts.scheme not in ("http", "https") or not parts.hostname):
        raise ValueError("must be the address of the server, such as https://s3.example")
    if parts.username or parts.password:
        raise ValueError("holds a key; keys belong in AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY")
    return text.rstrip("/")


def provider_url(text: str) -> str:
    """Where a provider of tokens is; empty for its usual address."""
    if not text:
        return ""
    parts = urlsplit(text)
    is_here = parts.hostname in ("localhost", "127.0.0.1", "::1")
    if not parts.hostname or not (parts.scheme == "https" or (parts.scheme == "http" and is_here)):
        raise ValueError("must begin with https://; http:// is for this very machine")
    if parts.username or parts.password or parts.query or parts.fragment:
        raise ValueError("is an address such as https://login.microsoftonline.com/common")
    return text.rstrip("/")


def client_word(text: str) -> str:
    if any(not "!" <= one <= "~" for one in text):
        raise ValueError("has a blank or a letter in it that no provider gives out")
    return text


def server_name(text: str) -> str:
    if set(text) & set(" \t@/,;"):
        raise ValueError("must be one name, as it stands first in Authentication-Results")
    return text.lower()


def gateway(text: str) -> str:
    if text and not re.fullmatch(r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,61}[A-Za-z0-9])?", text):
        raise ValueError("must be letters, digits, dots and hyphens, such as mx1")
    return text


def mailbox(text: str) -> str:
    if text and not re.fullmatch(r"[^\s@]+@[^\s@]+", text):
        raise ValueError("must be the address of a mailbox, such as support@shop.example")
    return text.lower()


def networks(text: str) -> tuple[Network, ...]:
    return tuple(
        ipaddress.ip_network(part.strip(), strict=False) for part in text.split(",") if part.strip()
    )


def optional_path(text: str) -> Path | None:
    if not text:
        return None
    path = Path(text).expanduser().absolute()
    if not path.is_file():
        raise ValueError(f"{path} is not a file")
    return path


def similar_model(text: str) -> str:
    if text not in ("auto", "off") and not Path(text).is_absolute():
        raise ValueError("must be auto, off, or the full path of a folder")
    return text

"""Every setting, read once from ``POSTDESK_*`` variables (or a ``.env`` file), typed, frozen.

A value that does not parse stops the start with one line that names the setting
(:class:`SettingError`); nothing falls back silently.
"""

from __future__ import annotations

import os
import secrets
import stat
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

from helpdesk import setting_values as values
from helpdesk.mail_policy import MailPolicy
from helpdesk.setting_sources import (
    CHOSEN,
    PREFIX,
    SECRETS,
    UnreadableSettings,
    Written,
    whole_value,
    written_settings,
)
from helpdesk.setting_values import Listen as Listen
from helpdesk.setting_values import Network as Network
from helpdesk.setting_values import OAuthClient as OAuthClient
from helpdesk.setting_values import Relay as Relay

T = TypeVar("T")
MIB = 1024 * 1024


class SettingError(Exception):
    """A setting does not parse. The text is one line for the operator, naming the setting."""


@dataclass(frozen=True)
class UnknownSetting:
    """A name that nothing reads, where it stands (empty: the environment), and what is meant."""

    name: str
    where: str
    meant: str = ""


@dataclass(frozen=True)
class Settings:
    """All of Postdesk's settings. Sizes in bytes, times in seconds."""

    data_dir: Path
    database_url: str
    redis_url: str | None
    gateway: str
    """The gateway's name where it is to have another than its machine's; else empty."""
    smtp_listen: tuple[Listen, ...]
    web_listen: Listen
    public_url: str
    relay: Relay
    fallback_relay: Relay | None
    dkim_key: Path | None
    """A file, or a folder of ``<domain>.pem``."""
    dkim_selector: str
    secret_key: str
    old_secret_keys: tuple[str, ...]
    """Still known by what they signed; nothing is signed with them."""
    blob_url: str
    """A folder, or ``s3://bucket/prefix``."""
    s3_endpoint: str
    """The address of the server of S3; empty for AWS."""
    s3_variables: tuple[tuple[str, str], ...]
    """``AWS_…`` as they are set, here or in a settings file."""
    auth: str
    trusted_authserv: str
    arc_sealers: frozenset[str]
    mail_policy: MailPolicy
    smtp_size: int
    smtp_exempt: tuple[Network, ...]
    smtp_tls_cert: Path | None
    smtp_tls_key: Path | None
    trusted_proxies: tuple[Network, ...]
    """Whose word on a visitor's address, scheme and host is taken."""
    metrics_listen: Listen | None
    metrics_token: str
    canary: str
    """The mailbox that a canary is sent to, out by the relay and in by the MX; empty: none is."""
    canary_every: int
    similar_model: str
    """The language model for similar tickets: ``auto``, ``off``, or its folder."""
    oauth_google: OAuthClient
    oauth_microsoft: OAuthClient

    @property
    def largest_post(self) -> int:
        """Bytes that are read of any request: a form or JSON is larger than the mail in it."""
        return max(64 * MIB, 2 * self.smtp_size)

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
    def keys(self) -> tuple[str, ...]:
        """The secrets by which what we signed is known: the present one first."""
        return (self.secret_key, *self.old_secret_keys)

    @property
    def public_host(self) -> str:
        return urlsplit(self.public_url).hostname or "localhost"

    @property
    def secure_cookies(self) -> bool:
        """Cookies are Secure unless the public address is plain http."""
        return self.public_url.startswith("https://")


def load(environ: Mapping[str, str] | None = None) -> Settings:
    """Read the settings.

    :param environ: variables to read, and no others; the process's own and those of the settings
        files (:mod:`helpdesk.setting_sources`) if not given.
    :raises SettingError: one line that names the setting, where it stands, and what is expected.
    """
    return _read(_reader(environ))


def unknown_settings(environ: Mapping[str, str] | None = None) -> list[UnknownSetting]:
    """List what is written down as a setting and is none, such as a misspelt one.

    Of the environment only what resembles a setting: containers are given variables with the port
    and address of each service, and a service's name may begin them like ours.

    :param environ: as for :func:`load`.
    :raises SettingError: a setting does not parse.
    """
    get = _reader(environ)
    _read(get)
    names = {CHOSEN, *(f"{PREFIX}{name}" for name in get.asked)}
    names |= {f"{PREFIX}{name}_FILE" for name in SECRETS}
    found = []
    for name, written in get.written.items():
        if name.startswith(PREFIX) and name not in names:
            near = get_close_matches(name[len(PREFIX) :], [n[len(PREFIX) :] for n in names], 1, 0.8)
            if near or written.where:
                found.append(UnknownSetting(name, written.where, *(f"{PREFIX}{n}" for n in near)))
    return found


def _read(get: _Reader) -> Settings:
    data_dir = get("DATA_DIR", *_DATA_DIR)
    database_url = get("DATABASE_URL", f"sqlite:///{data_dir / 'postdesk.db'}", values.database_url)
    web_listen = get("WEB_LISTEN", "127.0.0.1:8000", values.tcp)
    return Settings(
        data_dir=data_dir,
        database_url=database_url,
        redis_url=get("REDIS_URL", "", values.redis_url) or None,
        gateway=get("GATEWAY", "", values.gateway),
        smtp_listen=get("SMTP_LISTEN", "127.0.0.1:8025", values.listens),
        web_listen=web_listen,
        public_url=get("PUBLIC_URL", f"http://{values.shown_host(web_listen)}", values.public_url),
        relay=get("RELAY_URL", "capture:", values.relay),
        fallback_relay=get("FALLBACK_RELAY_URL", "", lambda t: values.relay(t) if t else None),
        dkim_key=get("DKIM_KEY", "", values.dkim_key),
        dkim_selector=get("DKIM_SELECTOR", "postdesk", values.selector),
        secret_key=get("SECRET_KEY", "", values.secret) or _kept_secret(data_dir),
        old_secret_keys=get("OLD_SECRET_KEYS", "", values.secrets),
        blob_url=get("BLOB_URL", str(data_dir / "blobs"), values.blob_url),
        s3_endpoint=get("S3_ENDPOINT", "", values.s3_endpoint),
        s3_variables=_aws(get.written),
        auth=get("AUTH", "own", values.one_of("front", "own", "off")),
        trusted_authserv=get("TRUSTED_AUTHSERV", "", values.server_name),
        arc_sealers=get("ARC_SEALERS", "", values.domains),
        mail_policy=_mail_policy(get),
        smtp_size=get("SMTP_SIZE", str(36 * MIB), values.size),
        smtp_exempt=get("SMTP_EXEMPT", "127.0.0.0/8,::1", values.networks),
        smtp_tls_cert=get("SMTP_TLS_CERT", "", values.optional_path),
        smtp_tls_key=get("SMTP_TLS_KEY", "", values.optional_path),
        trusted_proxies=get("TRUSTED_PROXIES", "127.0.0.1,::1", values.networks, may_be_empty=True),
        metrics_listen=get(
            "METRICS_LISTEN", "", lambda text: values.metrics_listen(text, web_listen)
        ),
        metrics_token=get("METRICS_TOKEN", "", str),
        canary=get("CANARY", "", values.mailbox),
        canary_every=get("CANARY_EVERY", "900", values.seconds),
        similar_model=get("SIMILAR_MODEL", *_SIMILAR_MODEL),
        oauth_google=_google(get),
        oauth_microsoft=_microsoft(get),
    )


def data_dir(environ: Mapping[str, str] | None = None) -> Path:
    """Read the data folder alone, before anything in it is touched; see :func:`load`."""
    return _reader(environ)("DATA_DIR", *_DATA_DIR)


def similar_model(environ: Mapping[str, str] | None = None) -> str:
    """Read alone which language model is used, for what touches no data; see :func:`load`."""
    return _reader(environ)("SIMILAR_MODEL", *_SIMILAR_MODEL)


_SIMILAR_MODEL = ("auto", values.similar_model)
_DATA_DIR = ("./var", lambda text: Path(text).expanduser().absolute())


_AWS = (
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "AWS_REGION",
    "AWS_DEFAULT_REGION",
)


def _aws(written: Mapping[str, Written]) -> tuple[tuple[str, str], ...]:
    return tuple((name, written[name].text) for name in _AWS if name in written)


def _google(get: _Reader) -> OAuthClient:
    return OAuthClient(
        client_id=get("OAUTH_GOOGLE_CLIENT_ID", "", values.client_word),
        client_secret=get("OAUTH_GOOGLE_CLIENT_SECRET", "", values.client_word),
        url=get("OAUTH_GOOGLE_URL", "", values.provider_url),
    )


def _microsoft(get: _Reader) -> OAuthClient:
    return OAuthClient(
        client_id=get("OAUTH_MICROSOFT_CLIENT_ID", "", values.client_word),
        client_secret=get("OAUTH_MICROSOFT_CLIENT_SECRET", "", values.client_word),
        url=get("OAUTH_MICROSOFT_URL", "", values.provider_url),
    )


def _mail_policy(get: _Reader) -> MailPolicy:
    usual = MailPolicy()
    return MailPolicy(
        strict=get("STRICT", "no", values.one_of("yes", "no")) == "yes",
        acknowledgements_sender_hour=get(
            "ACK_SENDER_HOUR", str(usual.acknowledgements_sender_hour), values.count
        ),
        acknowledgements_sender_day=get(
            "ACK_SENDER_DAY", str(usual.acknowledgements_sender_day), values.count
        ),
        acknowledgements_domain_hour=get(
            "ACK_DOMAIN_HOUR", str(usual.acknowledgements_domain_hour), values.count
        ),
        acknowledgements_hour=get("ACK_HOUR", str(usual.acknowledgements_hour), values.count),
    )


def _reader(environ: Mapping[str, str] | None) -> _Reader:
    try:
        found = written_settings(os.environ if environ is None else environ, files=environ is None)
        return _Reader(found)
    except UnreadableSettings as problem:
        raise SettingError(str(problem)) from None


class _Reader:
    def __init__(self, written: Mapping[str, Written]) -> None:
        self.written = written
        self.asked: set[str] = set()

    def __call__(
        self, name: str, default: str, parse: Callable[[str], T], *, may_be_empty: bool = False
    ) -> T:
        """Read one.

        :param may_be_empty: set to nothing is a value of its own; else it is as if not set.
        """
        self.asked.add(name)
        full = f"{PREFIX}{name}"
        try:
            written = whole_value(self.written, name)
        except UnreadableSettings as problem:
            raise SettingError(str(problem)) from None
        text = written.text.strip() if written else ""
        if not text and not (may_be_empty and written):
            text = default
        try:
            return parse(text)
        except ValueError as problem:
            place = f" ({written.where})" if written and written.where else ""
            raise SettingError(f"{full}{place}: {problem}") from None


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

"""Settings: read once, typed; what does not parse names its setting in a line."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from helpdesk.settings import Listen, Relay, SettingError, load
from tests.conftest import MakeSettings


def test_one_folder_holds_everything_unless_told_otherwise(tmp_path: Path) -> None:
    settings = load({"POSTDESK_DATA_DIR": str(tmp_path)})
    assert settings.database_url == f"sqlite:///{tmp_path}/postdesk.db"
    assert settings.is_sqlite
    assert settings.spool_dir == tmp_path / "spool"
    assert settings.relay == Relay("capture"), "no mail leaves before somebody says where"
    assert settings.public_url == "http://127.0.0.1:8000"
    assert not settings.secure_cookies


def test_the_secret_is_made_once_and_for_the_owner_alone(tmp_path: Path) -> None:
    environ = {"POSTDESK_DATA_DIR": str(tmp_path / "var")}
    first, second = load(environ), load(environ)
    assert len(first.secret_key) >= 32
    assert first.secret_key == second.secret_key
    path = tmp_path / "var" / "secret_key"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    path.write_text("cut")
    with pytest.raises(SettingError, match="restore it from a backup"):
        load(environ)


def test_places_to_listen(make_settings: MakeSettings) -> None:
    settings = make_settings(SMTP_LISTEN="[::1]:25, lmtp:unix:/run/postdesk")
    assert settings.smtp_listen == (
        Listen("::1", 25),
        Listen(path="/run/postdesk", protocol="lmtp"),
    )


def test_a_relay_with_all_that_may_be_said_of_it(make_settings: MakeSettings) -> None:
    url = "smtp://ann:p%40ss@relay.example?tls=required&rate=600/minute"
    assert make_settings(RELAY_URL=url).relay == Relay(
        "smtp", "relay.example", 25, "ann", "p@ss", "required", per_second=10
    )
    assert make_settings(RELAY_URL="smtps://relay.example").relay.port == 465


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", "mysql://x"),
        ("REDIS_URL", "http://x"),
        ("SMTP_LISTEN", "8025"),
        ("WEB_LISTEN", "127.0.0.1:99999"),
        ("PUBLIC_URL", "help.shop.example"),
        ("RELAY_URL", "relay.example"),
        ("RELAY_URL", "smtp://relay.example?tsl=off"),
        ("RELAY_URL", "smtp://relay.example?rate=fast"),
        ("DKIM_KEY", "/nowhere/key.pem"),
        ("DKIM_SELECTOR", "a b"),
        ("SECRET_KEY", "short"),
        ("BLOB_URL", "gs://bucket"),
        ("BLOB_URL", "s3://b"),
        ("BLOB_URL", "s3://key:secret@bucket"),
        ("BLOB_URL", "s3://bucket/a b"),
        ("BLOB_URL", "s3://bucket?region=x"),
        ("S3_ENDPOINT", "s3.example"),
        ("S3_ENDPOINT", "https://key:secret@s3.example"),
        ("AUTH", "maybe"),
        ("TRUSTED_AUTHSERV", "mx.shop.example; spf=pass"),
        ("ARC_SEALERS", "list"),
        ("STRICT", "perhaps"),
        ("ACK_HOUR", "-1"),
        ("SMTP_SIZE", "10"),
        ("SMTP_EXEMPT", "everybody"),
        ("TRUSTED_PROXIES", "the proxy"),
        ("METRICS_LISTEN", "9464"),
        ("METRICS_LISTEN", "0.0.0.0:0"),
        ("SMTP_TLS_CERT", "/nowhere/cert.pem"),
        ("CANARY", "support"),
        ("CANARY_EVERY", "1"),
    ],
)
def test_what_does_not_parse_stops_the_start_and_names_its_setting(
    make_settings: MakeSettings, name: str, value: str
) -> None:
    with pytest.raises(SettingError) as refused:
        make_settings(**{name: value})
    assert str(refused.value).startswith(f"POSTDESK_{name}: ")
    assert "\n" not in str(refused.value)


def test_the_proxies_on_this_machine_are_trusted_unless_it_is_said_that_none_is(
    make_settings: MakeSettings,
) -> None:
    usual = make_settings().trusted_proxies
    assert [str(network) for network in usual] == ["127.0.0.1/32", "::1/128"]
    assert make_settings(TRUSTED_PROXIES="").trusted_proxies == ()
    named = make_settings(TRUSTED_PROXIES="10.0.0.7, 2001:db8::/32").trusted_proxies
    assert [str(network) for network in named] == ["10.0.0.7/32", "2001:db8::/32"]

"""Where settings stand, which place counts over which, and secrets in files of their own."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from helpdesk import setting_sources
from helpdesk.setting_sources import SECRETS
from helpdesk.settings import SettingError, load


@pytest.fixture
def places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to work in, and no settings anywhere but there."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(setting_sources, "SYSTEM", tmp_path / "system.env")
    for name in [name for name in os.environ if name.startswith("POSTDESK_")]:
        monkeypatch.delenv(name)
    return tmp_path


def test_what_is_nearer_counts_over_what_is_farther(
    places: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (places / "system.env").write_text("POSTDESK_DATA_DIR=data\nPOSTDESK_CANARY_EVERY=100\n")
    assert (load().data_dir, load().canary_every) == (places / "data", 100)
    (places / ".env").write_text("# ours\n\nexport POSTDESK_CANARY_EVERY='200'\n")
    assert load().canary_every == 200
    (places / "mine").write_text('POSTDESK_CANARY_EVERY = "300"\n')
    monkeypatch.setenv("POSTDESK_SETTINGS", "mine")
    assert load().canary_every == 300
    monkeypatch.setenv("POSTDESK_CANARY_EVERY", "400")
    assert (load().data_dir, load().canary_every) == (places / "data", 400)


def test_a_mistake_is_told_with_its_file_and_line(
    places: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    local = places / ".env"
    for text, where in (
        ("\nPOSTDESK_WEB_LISTEN=here\n", "POSTDESK_WEB_LISTEN (.env, line 2): "),
        ("POSTDESK_STRICT yes\n", ".env, line 1: this is no NAME=value"),
        (b"POSTDESK_CANARY=\xff\n", ".env: this is no text in UTF-8"),
    ):
        local.write_bytes(text if isinstance(text, bytes) else text.encode())
        with pytest.raises(SettingError) as told:
            load()
        assert str(told.value).startswith(where)
    local.unlink()
    local.mkdir()
    with pytest.raises(SettingError, match=r"\.env: cannot be read"):
        load()
    local.rmdir()
    monkeypatch.setenv("POSTDESK_SETTINGS", "nowhere")
    with pytest.raises(SettingError, match="POSTDESK_SETTINGS: there is no file nowhere"):
        load()


def test_a_secret_stands_in_a_file_of_its_own(tmp_path: Path) -> None:
    secret, token = tmp_path / "secret", tmp_path / "token"
    secret.write_text("x" * 40 + "\n")
    token.write_text("  spaces are part of it\n\n")
    environ = {
        "POSTDESK_DATA_DIR": str(tmp_path),
        "POSTDESK_SECRET_KEY_FILE": str(secret),
        "POSTDESK_METRICS_TOKEN_FILE": str(token),
    }
    settings = load(environ)
    assert settings.secret_key == "x" * 40
    assert not (tmp_path / "secret_key").exists()
    relay = tmp_path / "relay"
    relay.write_bytes(b"smtp://ann:secret@relay.example\r\n")
    assert load(environ | {"POSTDESK_RELAY_URL_FILE": str(relay)}).relay.password == "secret"


@pytest.mark.parametrize("name", sorted(SECRETS))
def test_a_secret_that_cannot_be_had_is_said_without_it(name: str, tmp_path: Path) -> None:
    environ = {"POSTDESK_DATA_DIR": str(tmp_path), f"POSTDESK_{name}_FILE": str(tmp_path / "no")}
    with pytest.raises(SettingError, match=rf"POSTDESK_{name}_FILE: cannot read .*no \(No such"):
        load(environ)
    with pytest.raises(SettingError, match="are both set") as told:
        load(environ | {f"POSTDESK_{name}": "hush"})
    assert "hush" not in str(told.value)
    (tmp_path / "no").write_bytes(b"\xff\xfe")
    with pytest.raises(SettingError, match="is no text"):
        load(environ)


def test_a_name_that_holds_no_secret_has_no_file(tmp_path: Path) -> None:
    environ = {"POSTDESK_DATA_DIR": str(tmp_path), "POSTDESK_AUTH_FILE": str(tmp_path / "no")}
    assert load(environ).auth == "own"

"""Our DKIM signature, judged by a verifier."""

from __future__ import annotations

import base64
import subprocess
from dataclasses import replace
from pathlib import Path

import dkim
import pytest

from helpdesk.blobs import Blobs
from helpdesk.settings import SettingError, Settings
from jobs.compose import compose_mail
from tests.conftest import MakeSettings
from tests.jobs.sample_mails import PLAIN


@pytest.fixture(scope="module")
def key(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("dkim") / "key.pem"
    _openssl("genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048", "-out", str(path))
    return path


def _openssl(*words: str) -> bytes:
    return subprocess.run(["openssl", *words], check=True, capture_output=True).stdout


def record(key: Path) -> bytes:
    """What stands in the DNS for this key."""
    public = _openssl("rsa", "-in", str(key), "-pubout", "-outform", "DER")
    return b"v=DKIM1; k=rsa; p=" + base64.b64encode(public)


def written(settings: Settings, tmp_path: Path) -> bytes:
    return compose_mail(PLAIN, settings, Blobs(str(tmp_path / "blobs"))).content


def test_a_verifier_takes_our_signature_and_no_changed_mail(
    make_settings: MakeSettings, key: Path, tmp_path: Path
) -> None:
    settings = make_settings(DKIM_KEY=str(key), DKIM_SELECTOR="2026-11")
    content = written(settings, tmp_path)
    asked = []

    def txt(name: bytes, timeout: int = 5) -> bytes:
        asked.append(name)
        return record(key)

    assert dkim.verify(content, dnsfunc=txt)
    assert asked == [b"2026-11._domainkey.shop.example."]
    for changed in (
        content.replace(b"Parcel late", b"Parcel lost"),
        content + b"An added line.\r\n",
        b"From: eve@evil.example\r\n" + content,
    ):
        assert not dkim.verify(changed, dnsfunc=txt)


def test_without_a_key_nothing_is_signed(make_settings: MakeSettings, tmp_path: Path) -> None:
    assert b"DKIM-Signature" not in written(make_settings(), tmp_path)


def test_a_folder_has_a_key_for_each_domain(
    make_settings: MakeSettings, key: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "keys"
    folder.mkdir()
    (folder / "shop.example.pem").write_bytes(key.read_bytes())
    settings = make_settings(DKIM_KEY=str(folder))
    assert b"d=shop.example" in written(settings, tmp_path)
    other = replace(PLAIN, mailbox_address="help@other.example")
    content = compose_mail(other, settings, Blobs(str(tmp_path / "blobs"))).content
    assert b"DKIM-Signature" not in content


def test_a_key_that_is_none_stops_the_start(make_settings: MakeSettings, tmp_path: Path) -> None:
    (tmp_path / "no.pem").write_text("-----BEGIN CERTIFICATE-----")
    (tmp_path / "empty").mkdir()
    for wrong in ("no.pem", "empty", "missing.pem"):
        with pytest.raises(SettingError, match="POSTDESK_DKIM_KEY"):
            make_settings(DKIM_KEY=str(tmp_path / wrong))

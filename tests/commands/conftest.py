"""Commands, run in this process on the test's own database and data folder."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from commands.main import main
from helpdesk.settings import Settings, load
from tests.mailgate.authenticate.zone import Zone

Postdesk = Callable[..., Result]
"""``postdesk("mailbox", "add", "support@…")``; standard input as ``stdin``."""


@pytest.fixture
def postdesk(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Postdesk:
    monkeypatch.setenv("POSTDESK_DATABASE_URL", settings.database_url)
    monkeypatch.setenv("POSTDESK_DATA_DIR", str(settings.data_dir))
    monkeypatch.setenv("POSTDESK_SECRET_KEY", settings.secret_key)
    runner = CliRunner()
    return lambda *arguments, stdin="": runner.invoke(main, list(arguments), input=stdin)


def said(result: Result) -> str:
    """The one line on stderr with which a command failed."""
    assert result.exit_code != 0, result.output
    assert isinstance(result.exception, SystemExit), result.exception
    (line,) = result.stderr.strip().splitlines()
    return line


@pytest.fixture
def elsewhere(
    empty_database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[[], Settings]:
    """Has the commands work in an empty folder, on an empty database, from then on."""

    def move() -> Settings:
        monkeypatch.setenv("POSTDESK_DATABASE_URL", empty_database_url)
        monkeypatch.setenv("POSTDESK_DATA_DIR", str(tmp_path / "elsewhere"))
        return load()

    return move


def healthy() -> Zone:
    """The DNS of a domain in which all is in order."""
    zone = Zone().add("shop.example", "v=spf1 include:relay.example ~all", "unrelated=1")
    zone.add("shop.example", "10 mx.shop.example", kind="MX")
    zone.add("_dmarc.shop.example", "v=DMARC1; p=quarantine")
    return zone.add("one._domainkey.shop.example", "v=DKIM1; k=rsa; p=MIIBIjANBg")

"""Commands, run in this process on the test's own database and data folder."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from click.testing import CliRunner, Result

from commands.main import main
from helpdesk.settings import Settings

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

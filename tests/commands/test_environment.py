"""What every command begins with: settings and a database, or one line that says what is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.commands.conftest import Postdesk, said


def test_a_database_that_is_down_is_said_in_one_line(
    postdesk: Postdesk, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for url in (f"sqlite:///{tmp_path}", f"postgresql+psycopg://nobody@/x?host={tmp_path}"):
        monkeypatch.setenv("POSTDESK_DATABASE_URL", url)
        for command in (("migrate",), ("mailbox", "add", "support@shop.example"), ("ledger",)):
            assert "database cannot be used" in said(postdesk(*command))


def test_a_setting_that_does_not_parse_is_named(
    postdesk: Postdesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("POSTDESK_SMTP_SIZE", "many")
    for command in ("migrate", "ledger", "up", "web"):
        assert said(postdesk(command)).startswith("Error: POSTDESK_SMTP_SIZE:")

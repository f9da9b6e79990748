"""What every command begins with: settings and a database, or one line that says what is wrong."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.commands.conftest import Postdesk, said
from tests.commands.test_web import environment
from tests.support.running import POSTDESK


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


@pytest.mark.parametrize(
    "command",
    [("person", "list", "--json"), ("mail", "why", "1"), ("ledger", "--json"), ("migrate",)],
)
def test_what_is_away_is_no_line_of_a_log_among_what_a_command_says(
    tmp_path: Path, command: tuple[str, ...]
) -> None:
    values = environment(tmp_path, DATABASE_URL="postgresql+psycopg://nobody@127.0.0.1:1/x")
    ended = subprocess.run(
        [POSTDESK, *command], cwd=tmp_path, env=values, capture_output=True, text=True, check=False
    )
    assert ended.returncode == 1
    assert ended.stdout == ""
    assert ended.stderr.count("\n") == 1, ended.stderr
    assert "The database cannot be used" in ended.stderr

"""``postdesk migrate``: up to date once, and what other commands say before it."""

from __future__ import annotations

import pytest

from helpdesk.db import connect
from helpdesk.schema import downgrade, is_current, migrate
from tests.commands.conftest import Postdesk, said
from tests.conftest import MakeSettings


def test_migrate_brings_an_empty_database_up_to_date_once(
    empty_database_url: str,
    make_settings: MakeSettings,
    postdesk: Postdesk,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("POSTDESK_DATABASE_URL", empty_database_url)
    assert "up to date now" in postdesk("migrate").stdout
    assert "was up to date" in postdesk("migrate").stdout
    database = connect(make_settings(DATABASE_URL=empty_database_url))
    assert is_current(database)
    downgrade(database, "base")
    assert not is_current(database)
    assert migrate(database)
    database.dispose()


def test_without_a_schema_a_command_says_what_to_run(
    empty_database_url: str, postdesk: Postdesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("POSTDESK_DATABASE_URL", empty_database_url)
    for command in (("mailbox", "add", "support@shop.example"), ("ledger",)):
        assert "postdesk migrate" in said(postdesk(*command))

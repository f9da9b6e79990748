"""``postdesk migrate``: up to date once, and what other commands say before it."""

from __future__ import annotations

import re

import pytest

from helpdesk.db import Database, connect
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


def test_a_step_down_says_what_it_drops_and_asks(database: Database, postdesk: Postdesk) -> None:
    before = postdesk("migrate", "--to", "0017", "--dry-run")
    assert before.exit_code == 0
    assert re.match(r"From \d{4} down to 0017: .*0020, 0019, 0018\.\n", before.stdout)
    assert "drops the table browser_session (0 rows)" in before.stdout
    assert "drops the column mailbox.forwarded" in before.stdout
    assert is_current(database), "a dry run changes nothing"

    refused = postdesk("migrate", "--to", "0017", stdin="n\n")
    assert refused.exit_code == 2
    assert "Nothing was changed. Without a terminal say --yes" in refused.stderr
    assert postdesk("migrate", "--to", "0017", stdin="").exit_code == 2
    assert is_current(database)

    assert "The database is at 0017." in postdesk("migrate", "--to", "0017", stdin="y\n").stdout
    assert not is_current(database)
    assert "It is there." in postdesk("migrate", "--to", "0017").stdout
    ahead = postdesk("migrate", "--dry-run").stdout
    assert ahead.startswith("From 0017 up to ")
    assert "up to date now" in postdesk("migrate").stdout
    assert is_current(database)
    assert "is at 0026." in postdesk("migrate", "--to", "0026", "--yes").stdout


def test_a_revision_that_is_not_there_is_named(database: Database, postdesk: Postdesk) -> None:
    assert "There is no revision 9999 in this version" in said(postdesk("migrate", "--to", "9999"))

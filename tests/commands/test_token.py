"""``postdesk token``: issued once, listed, revoked; what is wrong is said in one line."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select

from commands.main import main
from helpdesk.actions.api_tokens import right_of_token
from helpdesk.db import Database
from helpdesk.models import ApiToken
from helpdesk.settings import Settings
from tests.support.factories import NOW, make_shop


@pytest.fixture
def run(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    monkeypatch.setenv("POSTDESK_DATABASE_URL", settings.database_url)
    monkeypatch.setenv("POSTDESK_DATA_DIR", str(settings.data_dir))
    monkeypatch.setenv("POSTDESK_SECRET_KEY", settings.secret_key)
    return CliRunner()


def _issue(run: CliRunner, email: str) -> Result:
    return run.invoke(main, ["token", "issue", email])


def test_a_token_is_printed_alone_and_works(database: Database, run: CliRunner) -> None:
    shop = make_shop(database)
    result = _issue(run, "Agent@Shop.Example")
    assert result.exit_code == 0, result.output
    (token,) = result.stdout.splitlines()
    with database.reading() as session:
        found = right_of_token(session, token, now=NOW)
        assert found is not None
        assert found.actor == shop.agent
        # What stands in the database cannot be used.
        assert token not in session.scalars(select(ApiToken.token_hash)).all()


def test_each_token_is_a_new_one(database: Database, run: CliRunner) -> None:
    make_shop(database)
    tokens = {_issue(run, "ann@mail.example").stdout for _ in range(2)}
    assert len(tokens) == 2


def test_an_address_nobody_has(database: Database, run: CliRunner) -> None:
    result = _issue(run, "nobody@mail.example")
    assert result.exit_code == 1
    assert result.stdout == ""
    assert result.stderr == "Error: Nobody here has the address nobody@mail.example.\n"


def test_tokens_are_listed_and_revoked(database: Database, run: CliRunner) -> None:
    make_shop(database)
    scopes = ["--scope", "read", "--scope", "metrics", "--label", "Prometheus"]
    token = run.invoke(main, ["token", "issue", "agent@shop.example", *scopes]).stdout.strip()
    (line,) = run.invoke(main, ["token", "list", "--json"]).stdout.splitlines()
    listed = json.loads(line)
    assert listed["person"] == "agent@shop.example"
    assert (listed["label"], listed["scopes"]) == ("Prometheus", ["read", "metrics"])
    assert listed["revoked_at"] is None
    revoked = run.invoke(main, ["token", "revoke", str(listed["id"])])
    assert revoked.exit_code == 0, revoked.output
    with database.reading() as session:
        assert right_of_token(session, token, now=NOW) is None
    shown = run.invoke(main, ["token", "list"]).stdout
    assert "revoked" in shown
    assert token not in line + shown


def test_a_scope_or_a_token_that_there_is_not(database: Database, run: CliRunner) -> None:
    make_shop(database)
    wrong = run.invoke(main, ["token", "issue", "agent@shop.example", "--scope", "all"])
    assert wrong.exit_code == 1
    assert wrong.stderr.startswith("Error: There is no scope “all”; there are: read, write")
    assert run.invoke(main, ["token", "revoke", "7"]).stderr == "Error: There is no token 7.\n"

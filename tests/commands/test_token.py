"""``postdesk token issue``: printed once, works, and says in one line what is wrong."""

from __future__ import annotations

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select

from commands.main import main
from helpdesk.actions.sign_in import person_with_token
from helpdesk.db import Database
from helpdesk.models import ApiToken
from helpdesk.settings import Settings
from tests.support.factories import make_shop


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
        found = person_with_token(session, token)
        assert found is not None
        assert found.id == shop.agent.person_id
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

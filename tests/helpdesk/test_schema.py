"""The schema: brought up to date, back, and asked whether it is current."""

from __future__ import annotations

from sqlalchemy import inspect

from helpdesk.db import connect
from helpdesk.schema import downgrade, is_current, migrate
from tests.conftest import MakeSettings


def test_an_empty_database_is_brought_up_to_date_once_and_back(
    empty_database_url: str, make_settings: MakeSettings
) -> None:
    database = connect(make_settings(DATABASE_URL=empty_database_url))
    try:
        assert not is_current(database)
        assert migrate(database)
        assert is_current(database)
        assert not migrate(database), "there is nothing more to do"
        assert "ticket" in inspect(database.engine).get_table_names()
        downgrade(database, "base")
        assert not is_current(database)
        assert "ticket" not in inspect(database.engine).get_table_names()
    finally:
        database.dispose()

"""A copy of the database as it was at one moment, and the database made of it."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import make_url, select

from commands.database_copy import copied, is_empty, put_back
from helpdesk.db import Database, connect
from helpdesk.models import Person
from helpdesk.settings import Settings
from tests.conftest import MakeSettings
from tests.support.factories import make_person, make_shop


def _addresses(database: Database) -> set[str]:
    with database.reading() as session:
        return {person.address for person in session.scalars(select(Person))}


def test_it_holds_what_stood_when_it_began_and_nothing_later(
    database: Database,
    settings: Settings,
    make_settings: MakeSettings,
    empty_database_url: str,
    tmp_path: Path,
) -> None:
    make_shop(database)
    before = _addresses(database)
    with copied(settings, database, tmp_path / "copy") as copy:
        with database.transaction() as session:
            make_person(session, "late@shop.example")
        assert copy.recorded(["no-such-mail"]) == set()
        assert copy.outbound() == {}
    elsewhere = make_settings(DATABASE_URL=empty_database_url)
    made = connect(elsewhere)
    assert is_empty(elsewhere, made)
    put_back(elsewhere, tmp_path / "copy")
    assert not is_empty(elsewhere, made)
    assert _addresses(made) == before
    made.dispose()


@pytest.mark.databases("postgresql")
def test_an_address_of_several_hosts_is_copied_and_made_too(
    database: Database,
    settings: Settings,
    make_settings: MakeSettings,
    empty_database_url: str,
    tmp_path: Path,
) -> None:
    make_shop(database)
    several = make_settings(DATABASE_URL=_with_a_standby(settings.database_url))
    there = connect(several)
    with copied(several, there, tmp_path / "copy"):
        pass
    elsewhere = make_settings(DATABASE_URL=_with_a_standby(empty_database_url))
    put_back(elsewhere, tmp_path / "copy")
    made = connect(elsewhere)
    assert _addresses(made) == _addresses(database)
    for one in (there, made):
        one.dispose()


def _with_a_standby(address: str) -> str:
    """The same database as docs/operating/several-machines.md names it and its standby."""
    url = make_url(address)
    hosts = [f"{url.query['host']}:5432", "127.0.0.1:9"]
    several = url.set(query={"host": hosts, "target_session_attrs": "read-write"})
    return several.render_as_string(hide_password=False)

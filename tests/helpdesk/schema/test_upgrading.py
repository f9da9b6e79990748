"""The schema: brought up to date, back, and asked whether it is current."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import inspect, select

from helpdesk.db import Database, connect
from helpdesk.models import Ticket
from helpdesk.schema import (
    Fit,
    LivingPart,
    SchemaTooNew,
    downgrade,
    fits,
    is_current,
    migrate,
    newest,
    schema_state,
    upgrading,
)
from helpdesk.tickets.content import StoredFile
from tests.conftest import MakeSettings
from tests.helpdesk.mails import mail, receive
from tests.support.factories import Shop
from tests.support.migrations_ahead import write_migration
from tests.support.servers import wait_until


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


def test_tickets_that_were_there_before_show_whether_they_have_files(
    database: Database, shop: Shop
) -> None:
    bill = StoredFile("bill.pdf", "application/pdf", 3, "ab" * 32)
    picture = StoredFile("logo.png", "image/png", 3, "ab" * 32, "inline", "logo@x")
    for files in ((bill,), (picture,), ()):
        receive(database, mail(files=files, message_id=f"{len(files)}{files}@x"))

    def with_files() -> list[bool]:
        with database.reading() as session:
            return list(session.scalars(select(Ticket.has_files).order_by(Ticket.id)))

    before = with_files()
    downgrade(database, "0038")
    migrate(database)
    assert with_files() == before == [True, False, False]


def test_what_an_older_part_could_not_work_with_waits_until_it_has_ended(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(upgrading, "FADING", 0.0)
    monkeypatch.setattr(upgrading, "ANNOUNCED", 0.0)
    folder = tmp_path / "ahead"
    also = write_migration(folder, "9001", 'op.add_column("ticket", sa.Column("x", sa.Text()))')
    write_migration(
        folder, "9002", 'op.drop_column("ticket", "x")', after="9001", least_code="9001"
    )
    said: list[str] = []
    lives = [LivingPart("app1", "web", newest()), LivingPart("app2", "worker", "9001")]

    def go() -> bool:
        return migrate(database, say=said.append, living=lambda: lives, also=also)

    assert go()
    assert not go(), "and again"
    assert [line for line in said if "waits" in line] == [
        "9002 waits, as it is not for the version of before, which still runs (web on app1). "
        "Upgrade that, or stop it, and run `postdesk migrate` again."
    ] * 2
    assert fits(database), "the older part goes on, and may start"
    lives[0] = LivingPart("app1", "web", "9005")
    assert go()
    assert schema_state(database).fit is Fit.TOO_NEW


def test_a_schema_that_needs_newer_code_is_left_alone(database: Database, tmp_path: Path) -> None:
    also = write_migration(tmp_path / "ahead", "9001", "pass")
    migrate(database, also=also)
    said: list[str] = []
    assert not migrate(database, say=said.append)
    assert said[0].endswith("is ahead of this Postdesk, and works: there is nothing to do.")
    other = write_migration(tmp_path / "other", "9001", "pass")
    write_migration(tmp_path / "other", "9002", "pass", after="9001", least_code="9001")
    migrate(database, also=other)
    with pytest.raises(SchemaTooNew, match="needs a newer Postdesk"):
        migrate(database)


def test_it_says_how_it_goes_on(database: Database, tmp_path: Path) -> None:
    also = write_migration(tmp_path / "ahead", "9001", "pass")
    said: list[str] = []
    migrate(database, say=said.append, also=also)
    assert "9001: what 9001 is for" in said
    assert said[-1].startswith(f"From {newest()} to 9001 in ")


def test_who_waited_while_another_one_did_it_has_done_nothing(
    database: Database, tmp_path: Path
) -> None:
    begun, go_on = tmp_path / "begun", tmp_path / "go on"
    up = f"import time, pathlib\npathlib.Path({str(begun)!r}).touch()\n"
    up += f"while not pathlib.Path({str(go_on)!r}).exists():\n    time.sleep(0.02)"
    also = write_migration(tmp_path / "ahead", "9001", up)
    said: list[str] = []
    with ThreadPoolExecutor() as threads:
        first = threads.submit(migrate, database, also=also)
        try:
            wait_until("the first one is at work", begun.exists)
            second = threads.submit(migrate, database, say=said.append, also=also)
            wait_until("the second one says what it waits for", lambda: said)
        finally:
            go_on.touch()
        assert first.result(30)
        assert not second.result(30)
    assert not [line for line in said if line.startswith("From")]

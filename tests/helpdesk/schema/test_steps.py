"""Steps of migrations: what they make, that they can be done again, and whom they let wait."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Connection, inspect, text
from sqlalchemy.exc import DataError, IntegrityError

from helpdesk.db import Database
from helpdesk.schema import migrate, steps, upgrading
from tests.helpdesk.mails import mail, receive
from tests.support.factories import Shop
from tests.support.migrations_ahead import write_migration
from tests.support.servers import wait_until

PARCEL = """
steps.create_table(
    "parcel",
    sa.Column("id", sa.Integer(), primary_key=True),
    sa.Column("ticket_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite")),
    sa.Column("note", sa.Text()),
)
"""
_LONG_WAIT = 1.5
"""Seconds; a wait of half a second behind a lock, on a slow machine."""


def put_parcels(
    database: Database, *notes: str, ticket_id: int | None = None, column: str = "note"
) -> None:
    with database.transaction() as session:
        for note in notes:
            session.execute(
                text(f"INSERT INTO parcel (ticket_id, {column}) VALUES (:ticket_id, :note)"),
                {"ticket_id": ticket_id, "note": note},
            )


def notes(database: Database, column: str = "note") -> list[str | None]:
    with database.reading() as session:
        return list(session.scalars(text(f"SELECT {column} FROM parcel ORDER BY id")))


def _locked(said: list[str]) -> list[str]:
    """What was said of a lock that was not to be had."""
    return [line for line in said if "locked by others" in line]


@contextmanager
def migrating(database: Database, also: tuple[Path, ...], said: list[str]) -> Iterator[None]:
    """Migrate beside what the block does, to the end."""
    failed: list[Exception] = []

    def run() -> None:
        try:
            migrate(database, say=said.append, also=also)
        except Exception as problem:
            failed.append(problem)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    yield
    thread.join(30)
    assert not thread.is_alive()
    assert not failed, failed


def test_each_does_what_it_says_on_rows_that_are_there(
    database: Database, shop: Shop, tmp_path: Path
) -> None:
    receive(database, mail("ann@mail.example"))
    write_migration(tmp_path / "ahead", "9001", PARCEL)
    also = write_migration(
        tmp_path / "ahead",
        "9002",
        """
steps.add_column("parcel", sa.Column("carrier", sa.Text()))
lost = sa.Column("lost", sa.Boolean(), nullable=False, server_default=sa.false())
steps.add_column("parcel", lost)
steps.create_index("ix_parcel_carrier", "parcel", ["carrier"], where="carrier IS NOT NULL")
steps.fill("parcel", {"carrier": "note"}, "carrier IS NULL AND note IS NOT NULL")
steps.add_foreign_key("fk_parcel_ticket_id", "parcel", "ticket_id", "ticket")
steps.add_check("ck_parcel_carrier", "parcel", "carrier <> ''")
""",
        after="9001",
    )
    write_migration(
        tmp_path / "ahead",
        "9003",
        'steps.require("parcel", "carrier")\nsteps.drop_index("ix_parcel_carrier", "parcel")\n'
        'steps.drop_column("parcel", "note")',
        after="9002",
        least_code="9002",
    )
    assert migrate(database, "9001", also=also)
    put_parcels(database, "post", "van", "bike", ticket_id=1)
    assert migrate(database, "9002", also=also)
    assert notes(database, "carrier") == ["post", "van", "bike"]
    assert not any(notes(database, "lost"))
    found = inspect(database.engine)
    assert [one["name"] for one in found.get_indexes("parcel")] == ["ix_parcel_carrier"]
    assert found.get_foreign_keys("parcel")[0]["referred_table"] == "ticket"
    for ticket_id, carrier in ((99, "post"), (1, "")):
        with pytest.raises(IntegrityError):
            put_parcels(database, carrier, ticket_id=ticket_id, column="carrier")
    assert migrate(database, also=also)
    assert not migrate(database, also=also), "there is nothing more to do"
    columns = {one["name"]: one for one in inspect(database.engine).get_columns("parcel")}
    assert set(columns) == {"id", "ticket_id", "carrier", "lost"}
    assert not columns["carrier"]["nullable"]
    assert not inspect(database.engine).get_indexes("parcel")


@pytest.mark.databases("sqlite")
def test_a_table_that_is_made_anew_keeps_all_its_indexes(
    database: Database, tmp_path: Path
) -> None:
    up = 'steps.add_check("ck_person", "person", "role <> \'robot\'")'
    also = write_migration(tmp_path / "ahead", "9001", up)
    before = indexes(database, "person")
    assert any("lower(" in sql for sql in before), "it has one of an expression"
    migrate(database, also=also)
    assert indexes(database, "person") == before


def indexes(database: Database, table: str) -> set[str]:
    """What made the indexes of a table of SQLite."""
    chosen = "SELECT sql FROM sqlite_schema WHERE type = 'index' AND tbl_name = :table"
    with database.reading() as session:
        found = session.scalars(text(chosen), {"table": table})
        return {sql.replace('"', "") for sql in found if sql}


def test_what_would_write_every_row_is_refused(database: Database, tmp_path: Path) -> None:
    for column in (
        'sa.Column("carrier", sa.Text(), nullable=False)',
        'sa.Column("carrier_id", sa.Integer(), sa.ForeignKey("person.id"))',
    ):
        up = f'steps.add_column("ticket", {column})'
        also = write_migration(tmp_path / "ahead", "9001", up)
        with pytest.raises(ValueError, match=r"ticket\.carrier"):
            migrate(database, also=also)


def test_a_fill_that_never_ends_is_noticed(database: Database, tmp_path: Path) -> None:
    write_migration(tmp_path / "ahead", "9001", PARCEL)
    also = write_migration(
        tmp_path / "ahead",
        "9002",
        'steps.fill("parcel", {"ticket_id": "NULL"}, "note IS NOT NULL")',
        after="9001",
    )
    migrate(database, "9001", also=also)
    put_parcels(database, "post")
    with pytest.raises(RuntimeError, match="still chosen"):
        migrate(database, also=also)


@pytest.mark.databases("postgresql")
class TestOnPostgreSQL:
    def test_a_half_built_index_is_made_anew(self, database: Database, tmp_path: Path) -> None:
        write_migration(tmp_path / "ahead", "9001", PARCEL)
        also = write_migration(
            tmp_path / "ahead",
            "9002",
            'steps.add_column("parcel", sa.Column("lost", sa.Boolean()))\n'
            'steps.create_index("ix_parcel_note", "parcel", ["note"], unique=True)',
            after="9001",
        )
        migrate(database, "9001", also=also)
        put_parcels(database, "post", "post")
        with pytest.raises(IntegrityError):
            migrate(database, also=also)
        assert self.valid(database) == [False], "PostgreSQL leaves it behind"
        with database.transaction() as session:
            session.execute(text("UPDATE parcel SET note = 'van' WHERE id = 1"))
        said: list[str] = []
        assert migrate(database, say=said.append, also=also), "what was done is done again"
        assert self.valid(database) == [True]
        assert "  ix_parcel_note: half-built by an attempt of before, made anew" in said

    def test_a_fill_that_was_cut_off_goes_on(
        self, database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(steps, "_FIRST", 1)
        write_migration(tmp_path / "ahead", "9001", PARCEL)
        up = 'steps.fill("parcel", {"ticket_id": "note::int"}, "ticket_id IS NULL")'
        also = write_migration(tmp_path / "ahead", "9002", up, after="9001")
        migrate(database, "9001", also=also)
        put_parcels(database, "1", "2", "3", "four", "5")
        with pytest.raises(DataError):
            migrate(database, also=also)
        assert notes(database, "ticket_id")[:2] == [1, 2], "each batch stands by itself"
        with database.transaction() as session:
            session.execute(text("UPDATE parcel SET note = '4' WHERE note = 'four'"))
        migrate(database, also=also)
        assert notes(database, "ticket_id") == [1, 2, 3, 4, 5]

    def test_what_is_changed_in_batches_stands_batch_by_batch(
        self, database: Database, tmp_path: Path
    ) -> None:
        write_migration(tmp_path / "ahead", "9001", PARCEL)
        up = """
def work(connection, first, last):
    words = "UPDATE parcel SET ticket_id = id, note = 100 / (5 - id) WHERE id BETWEEN :a AND :b"
    connection.execute(sa.text(words), {"a": first, "b": first})
    connection.execute(sa.text(words), {"a": last, "b": last})
steps.in_batches("parcel", work, size=2)
"""
        also = write_migration(tmp_path / "ahead", "9002", up, after="9001")
        migrate(database, "9001", also=also)
        put_parcels(database, *"abcdef")
        with pytest.raises(DataError):
            migrate(database, also=also)
        assert notes(database, "ticket_id") == [1, 2, 3, 4, None, None]

    def test_a_fill_waits_for_no_row_that_somebody_changes(
        self, database: Database, tmp_path: Path
    ) -> None:
        write_migration(tmp_path / "ahead", "9001", PARCEL)
        up = 'steps.fill("parcel", {"ticket_id": "7"}, "ticket_id IS NULL")'
        also = write_migration(tmp_path / "ahead", "9002", up, after="9001")
        migrate(database, "9001", also=also)
        put_parcels(database, *"abcdef")
        with database.engine.connect() as other:
            other.execute(text("UPDATE parcel SET note = 'mine' WHERE id = 3"))
            with migrating(database, also, []):
                filled = [7, 7, None, 7, 7, 7]
                wait_until("the others are", lambda: notes(database, "ticket_id") == filled)
                other.commit()
        assert notes(database, "ticket_id") == [7] * 6
        assert notes(database)[2] == "mine"

    def test_a_lock_that_is_not_to_be_had_lets_readers_through(
        self, database: Database, shop: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A backup reads for minutes: who waits behind the migration's lock waits no longer."""
        monkeypatch.setattr(upgrading, "LOCK_TIMEOUTS", (300,))
        up = 'steps.add_column("ticket", sa.Column("carrier", sa.Text()))'
        also = write_migration(tmp_path / "ahead", "9001", up)
        said: list[str] = []
        waits = []
        with database.engine.connect() as backup:
            backup.execute(text("SET application_name = 'a backup'"))
            backup.execute(text("SELECT count(*) FROM ticket"))
            with migrating(database, also, said):
                until = time.monotonic() + 2
                while (now := time.monotonic()) < until or (
                    len(_locked(said)) < 2 and now < until + 60  # the machine is busy
                ):
                    waits.append(self.wait(database))
                backup.rollback()
                backup.execute(text("RESET application_name"))
                backup.commit()
        locked = _locked(said)
        assert len(locked) >= 2, said
        assert "a backup" in locked[0]
        assert 0.1 < max(waits) < _LONG_WAIT
        assert "carrier" in {one["name"] for one in inspect(database.engine).get_columns("ticket")}

    @staticmethod
    def wait(database: Database) -> float:
        began = time.monotonic()
        with database.reading() as session:
            session.execute(text("SELECT count(*) FROM ticket"))
        return time.monotonic() - began

    @staticmethod
    def valid(database: Database) -> list[bool]:
        with database.reading() as session:
            found = "SELECT indisvalid FROM pg_index WHERE indexrelid = 'ix_parcel_note'::regclass"
            return list(session.scalars(text(found)))


def test_the_connection_is_left_as_it_was(database: Database, tmp_path: Path) -> None:
    also = write_migration(tmp_path / "ahead", "9001", PARCEL)
    migrate(database, also=also)
    with database.engine.connect() as connection:
        assert _lock_timeout(connection) == "0"


def _lock_timeout(connection: Connection) -> str:
    if connection.dialect.name == "sqlite":
        return "0"
    return str(connection.scalar(text("SHOW lock_timeout")))

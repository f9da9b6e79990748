"""Whether code works on a schema: of its own, behind it, ahead of it."""

from __future__ import annotations

from pathlib import Path

from helpdesk.db import Database
from helpdesk.schema import Fit, downgrade, fits, is_current, migrate, names, newest, schema_state
from tests.support.migrations_ahead import write_migration


def test_its_own_fits_and_an_older_one_is_too_old(database: Database) -> None:
    assert schema_state(database).fit is Fit.FITS
    assert schema_state(database).words == "the database's schema is current"
    downgrade(database, names()[-2])
    state = schema_state(database)
    assert (state.fit, state.waits) == (Fit.TOO_OLD, (newest(),))
    assert state.words.endswith(f"is at {names()[-2]}, and this Postdesk needs {newest()}")
    downgrade(database, "base")
    assert schema_state(database).fit is Fit.TOO_OLD
    assert "not there yet" in schema_state(database).words


def test_one_that_is_ahead_fits_until_it_contracts(database: Database, tmp_path: Path) -> None:
    folder = tmp_path / "ahead"
    write_migration(folder, "9001", 'op.create_table("parcel", sa.Column("id", sa.Integer()))',
                    down='op.drop_table("parcel")')  # fmt: skip
    also = write_migration(folder, "9002", "pass", after="9001", least_code=newest())
    write_migration(folder, "9003", 'op.drop_table("parcel")', after="9002", least_code="9001",
                    down='op.create_table("parcel", sa.Column("id", sa.Integer()))')  # fmt: skip
    migrate(database, "9001", also=also)
    assert fits(database)
    assert not is_current(database)
    assert "(9001) is ahead of this Postdesk, and works" in schema_state(database).words
    migrate(database, "9002", also=also)
    assert fits(database), "it contracts for those of before this code"
    migrate(database, also=also)
    state = schema_state(database)
    assert state.fit is Fit.TOO_NEW
    assert f"needs a newer Postdesk than this one (of 9001 or later; this is {newest()})" in (
        state.words
    )
    downgrade(database, "9002", also=also)
    assert fits(database), "a step down takes back what it asks for"

"""No part starts on a store that is not the one of the database's files."""

from __future__ import annotations

import shutil
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import wait as wait_for
from dataclasses import replace
from pathlib import Path

import pytest

from commands import store_identity
from commands.store_identity import check_room, see_noted_store, see_store, take_as_own
from helpdesk.actions.recognise_store import intend_store, known_store, recognise_store
from helpdesk.blobs import Blobs, StoreAway, WrongStore, open_blobs, open_place
from helpdesk.blobs.folder import FolderPlace
from helpdesk.blobs.opening import known_identity
from helpdesk.db import Database
from helpdesk.settings import Settings
from tests.helpdesk.mails import mail, receive
from tests.support.factories import make_shop
from tests.support.s3_server import VARIABLES, Bucket

OTHER = "b2" * 16


@pytest.fixture
def settings(settings: Settings, tmp_path: Path) -> Settings:
    """With a store outside the data folder, as machines share one."""
    return replace(settings, blob_url=str(tmp_path / "files"))


@pytest.fixture
def used(database: Database) -> Database:
    """A database with a mail in it."""
    make_shop(database)
    receive(database, mail("ann@mail.example"))
    return database


def in_bucket(settings: Settings, bucket: Bucket) -> Settings:
    """The same with its files in S3."""
    return replace(
        settings, blob_url=bucket.url, s3_endpoint=bucket.endpoint, s3_variables=VARIABLES
    )


def kept(database: Database) -> str:
    """The id that the database knows."""
    with database.reading() as session:
        return known_store(session)


def elsewhere(settings: Settings, tmp_path: Path) -> Settings:
    """Another machine of the same Postdesk."""
    return replace(settings, data_dir=tmp_path / "elsewhere")


def test_the_first_start_gives_both_an_id(database: Database, settings: Settings) -> None:
    see_store(settings, database)
    found = open_place(settings).identity()
    assert len(found) == 32
    assert (kept(database), known_identity(settings)) == (found, found)
    see_store(settings, database)
    assert open_place(settings).identity() == found


def test_in_a_bucket_too(database: Database, settings: Settings, bucket: Bucket) -> None:
    there = in_bucket(settings, bucket)
    see_store(there, database)
    assert bucket.place().identity() == kept(database) == known_identity(there)
    assert open_blobs(there).put(b"hello")


def test_a_store_from_before_there_were_ids(used: Database, settings: Settings) -> None:
    Blobs(settings.blob_url).put(b"hello")
    see_store(settings, used)
    assert open_place(settings).identity() == kept(used) != ""


def test_an_upgrade_that_was_cut_off_goes_on(used: Database, settings: Settings) -> None:
    with used.transaction() as session:
        intended, is_being_given = intend_store(session)
        assert not is_being_given
    open_place(settings).write_identity(intended)
    see_store(settings, used)
    assert kept(used) == open_place(settings).identity() == intended


def test_another_machine_has_the_same(used: Database, settings: Settings, tmp_path: Path) -> None:
    see_store(settings, used)
    see_store(elsewhere(settings, tmp_path), used)


def test_a_folder_that_is_not_shared_is_refused(
    used: Database, settings: Settings, tmp_path: Path
) -> None:
    see_that_a_folder_of_ones_own_is_refused(used, settings, tmp_path)


def see_that_a_folder_of_ones_own_is_refused(
    database: Database, settings: Settings, tmp_path: Path
) -> None:
    see_store(settings, database)
    apart = replace(elsewhere(settings, tmp_path), blob_url=str(tmp_path / "its own"))
    with pytest.raises(WrongStore, match="no id"):
        see_store(apart, database)
    assert not Path(apart.blob_url).exists()


def test_another_ones_store_is_refused(used: Database, settings: Settings) -> None:
    see_store(settings, used)
    shutil.rmtree(settings.blob_url)
    open_place(settings).write_identity(OTHER)
    with pytest.raises(WrongStore, match=f"another Postdesk's database: its id is {OTHER}"):
        see_store(settings, used)


def test_a_new_database_takes_no_store_of_others(database: Database, settings: Settings) -> None:
    open_place(settings).write_identity(OTHER)
    with pytest.raises(WrongStore, match="belongs to another Postdesk"):
        see_store(settings, database)
    assert kept(database) == ""


def test_an_older_database_takes_none_either(used: Database, settings: Settings) -> None:
    place = open_place(settings)
    place.write_identity(OTHER)
    with pytest.raises(WrongStore, match="remove the “id” in it"):
        see_store(settings, used)
    (Path(settings.blob_url) / "id").unlink()
    see_store(settings, used)
    assert kept(used) == place.identity()


def test_a_new_one_has_to_reach_its_store(
    database: Database, settings: Settings, bucket: Bucket
) -> None:
    bucket.refuse()
    with pytest.raises(WrongStore, match=r"cannot be reached.* A new Postdesk"):
        see_store(in_bucket(settings, bucket), database)


@pytest.mark.databases("sqlite")
def test_on_one_machine_a_database_without_mails_may_have_a_new_store(
    database: Database, settings: Settings, tmp_path: Path
) -> None:
    see_store(settings, database)
    moved = replace(settings, blob_url=str(tmp_path / "new"))
    see_store(moved, database)
    assert open_place(moved).identity() == kept(database)


@pytest.mark.databases("postgresql")
def test_a_folder_of_ones_own_is_refused_before_there_is_any_mail(
    database: Database, settings: Settings, tmp_path: Path
) -> None:
    see_that_a_folder_of_ones_own_is_refused(database, settings, tmp_path)


@pytest.mark.databases("postgresql")
@pytest.mark.parametrize("shared", [True, False])
def test_of_two_that_start_first_at_once_one_gives_the_store_its_id(
    database: Database, settings: Settings, tmp_path: Path, shared: bool
) -> None:
    own = settings.blob_url if shared else str(tmp_path / "its own")
    other = replace(elsewhere(settings, tmp_path), blob_url=own)
    with database.transaction() as session:
        intended, _ = intend_store(session)
    with ThreadPoolExecutor() as threads:
        second = threads.submit(see_store, other, database)
        assert not wait_for([second], 0.3).done, "it waits for the first one"
        place = open_place(settings)
        place.write_identity(intended)
        with database.transaction() as session:
            recognise_store(session, place.name, intended)
        if shared:
            second.result(30)
            assert known_identity(other) == intended
        else:
            with pytest.raises(WrongStore, match="no id"):
                second.result(30)
            assert not Path(own).exists()


def test_who_was_cut_off_before_the_store_had_its_id_is_not_waited_for_longer(
    database: Database, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store_identity, "FIRST_WITHIN", 0.2)
    with database.transaction() as session:
        intended, _ = intend_store(session)
    see_store(settings, database)
    assert kept(database) == open_place(settings).identity() == intended


def test_away_is_waited_for(
    used: Database, settings: Settings, bucket: Bucket, tmp_path: Path
) -> None:
    there = in_bucket(settings, bucket)
    see_store(there, used)
    key = open_blobs(there).put(b"hello")
    bucket.refuse()
    see_store(elsewhere(there, tmp_path), used)
    blobs = open_blobs(elsewhere(there, tmp_path))
    with pytest.raises(StoreAway):
        blobs.put(b"hello")
    bucket.answer()
    assert open_blobs(elsewhere(there, tmp_path)).get(key) == b"hello"


def test_without_the_database_the_last_word_counts(used: Database, settings: Settings) -> None:
    see_noted_store(settings)
    see_store(settings, used)
    see_noted_store(settings)
    Path(settings.blob_url).rename(f"{settings.blob_url}.away")
    with pytest.raises(WrongStore, match="not mounted"):
        see_noted_store(settings)


def test_a_backup_is_brought_into_an_empty_store(database: Database, tmp_path: Path) -> None:
    place = FolderPlace(tmp_path / "new")
    check_room(place, OTHER, keep=False)
    Blobs(place).put(b"hello")
    with pytest.raises(WrongStore, match="--keep-store"):
        check_room(place, OTHER, keep=False)
    with pytest.raises(WrongStore, match="missing"):
        check_room(place, OTHER, keep=True)
    place.write_identity(OTHER)
    check_room(place, OTHER, keep=True)


def test_what_was_brought_back_has_an_id_of_its_own(database: Database, settings: Settings) -> None:
    see_store(settings, database)
    before, new = kept(database), replace(settings, blob_url=f"{settings.blob_url}.new")
    take_as_own(new, database, open_place(new))
    assert open_place(new).identity() == kept(database) == known_identity(new) != before

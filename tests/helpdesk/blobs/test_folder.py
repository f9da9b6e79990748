"""A folder that is not mounted, or another one, is no store: nothing is written into it."""

from __future__ import annotations

from pathlib import Path

import pytest

from helpdesk.blobs import Blobs, StoreAway, WrongStore
from helpdesk.blobs.folder import FolderPlace
from helpdesk.errors import NotFound

ID, OTHER = "a1" * 16, "b2" * 16


@pytest.fixture
def place(tmp_path: Path) -> FolderPlace:
    """A store with an id and a file in it."""
    place = FolderPlace(tmp_path / "files", ID)
    place.write_identity(ID)
    Blobs(place).put(b"hello")
    return place


def test_the_first_id_stays(place: FolderPlace) -> None:
    place.write_identity(OTHER)
    assert place.identity() == ID
    place.check()


def test_a_folder_that_went_away_is_waited_for(place: FolderPlace, tmp_path: Path) -> None:
    blobs = Blobs(place)
    key = blobs.put(b"hello")
    place.folder.rename(tmp_path / "elsewhere")
    for ask in (
        lambda: blobs.put(b"more"),
        lambda: blobs.put(b"hello"),
        lambda: blobs.get(key),
        lambda: blobs.size(key),
        lambda: blobs.remove(key, stored_before=9e9),
    ):
        with pytest.raises(StoreAway):
            ask()
    assert not place.folder.exists(), "nothing is made in its place"
    (tmp_path / "elsewhere").rename(place.folder)
    assert blobs.get(key) == b"hello"


def test_an_empty_folder_in_its_place_stays_empty(place: FolderPlace, tmp_path: Path) -> None:
    place.folder.rename(tmp_path / "elsewhere")
    place.folder.mkdir()
    with pytest.raises(WrongStore, match="not mounted"):
        Blobs(place).put(b"more")
    assert not list(place.folder.iterdir())


def test_another_store_is_refused(place: FolderPlace) -> None:
    other = Blobs(FolderPlace(place.folder, OTHER))
    with pytest.raises(WrongStore, match=ID):
        other.get("a" * 64)
    with pytest.raises(WrongStore, match=ID):
        other.put(b"some more")


def test_a_file_that_is_missing_in_the_right_one_is_missing(place: FolderPlace) -> None:
    with pytest.raises(NotFound, match="missing"):
        Blobs(place).get("a" * 64)
    assert Blobs(place).size("a" * 64) == 0


def test_what_is_there_is_listed(place: FolderPlace) -> None:
    key = Blobs(place).put(b"hello")
    (place.folder / key[:2] / ".half.1234").write_bytes(b"x")
    assert list(place.listed(key[:2])) == [(key, 5)]
    assert list(place.listed("00" if key[:2] != "00" else "01")) == []
    assert not place.is_empty()


def test_an_id_that_cannot_be_read(place: FolderPlace) -> None:
    (place.folder / "id").write_text("half")
    with pytest.raises(StoreAway, match="damaged"):
        place.check()

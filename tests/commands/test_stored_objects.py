"""Objects read and written several at a time: in order, and stopped by the first trouble."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from commands.stored_objects import THREADS, fetched, several_at_once, written_to
from helpdesk.blobs import Blobs, StoreAway
from helpdesk.blobs.folder import FolderPlace


def test_outcomes_come_in_order_and_side_by_side() -> None:
    def work(key: str) -> str:
        time.sleep(0.05)
        return key.upper()

    keys = [f"k{number}" for number in range(2 * THREADS)]
    began = time.monotonic()
    found = list(several_at_once(work, [(key, 1) for key in keys]))
    assert found == [(key, key.upper()) for key in keys]
    assert time.monotonic() - began < 0.05 * len(keys)


def test_what_went_meanwhile_is_left_out(tmp_path: Path) -> None:
    blobs = Blobs(tmp_path)
    key = blobs.put(b"hello")
    assert list(fetched(blobs.place, [("a" * 64, 5), (key, 5)])) == [(key, b"hello")]


def test_all_is_there_at_the_end(tmp_path: Path) -> None:
    place = FolderPlace(tmp_path)
    with written_to(place) as put:
        for number in range(5 * THREADS):
            put(f"{number:064x}", b"%d" % number)
    assert place.get(f"{7:064x}") == b"7"


def test_trouble_is_raised(tmp_path: Path) -> None:
    (tmp_path / "00").write_text("a file where a folder belongs")
    with pytest.raises(StoreAway), written_to(FolderPlace(tmp_path)) as put:
        put("0" * 64, b"x")

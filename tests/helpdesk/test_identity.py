"""The names by chance of a data folder and of a spool."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from helpdesk.identity import known_spool_id, place_of, spool_id


def test_a_name_is_made_once_and_stays(tmp_path: Path) -> None:
    assert known_spool_id(tmp_path) == ""
    with ThreadPoolExecutor(8) as threads:
        names = set(threads.map(lambda _: spool_id(tmp_path), range(32)))
    assert names == {known_spool_id(tmp_path)}
    assert spool_id(tmp_path / "other") not in names
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["id"]
    assert place_of(tmp_path) == place_of(tmp_path)


def test_a_file_that_holds_no_name_is_said(tmp_path: Path) -> None:
    (tmp_path / "id").write_text("")
    assert known_spool_id(tmp_path) == ""
    with pytest.raises(OSError, match="holds no name"):
        spool_id(tmp_path)

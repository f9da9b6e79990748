"""Tombstones: known by a hash, merged from files, and never an address."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from helpdesk.tombstones import (
    NAME,
    Tombstone,
    hashed,
    merged,
    new_key,
    read_tombstones,
    write_tombstones,
)

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)


def stone(address: str, days: int = 0, key: str = "") -> Tombstone:
    key = key or new_key()
    return Tombstone(NOW + timedelta(days=days), key, (hashed(key, "address", address),), ())


def test_a_file_holds_each_once_and_no_address(tmp_path: Path) -> None:
    path = tmp_path / NAME
    assert read_tombstones(path) == ()
    first, second = stone("ann@mail.example"), stone("bob@mail.example", 1)
    write_tombstones(path, [second])
    write_tombstones(path, [first, second])
    assert read_tombstones(path) == (first, second)
    assert path.stat().st_mode & 0o077 == 0
    assert "mail.example" not in path.read_text()
    assert first.is_address("ann@mail.example")
    assert not first.is_address("bob@mail.example")
    assert merged([second, first, second]) == (first, second)
    path.write_text("{}\n")
    with pytest.raises(ValueError, match="no tombstone"):
        read_tombstones(path)


def test_an_address_is_no_ticket() -> None:
    key = new_key()
    assert hashed(key, "address", "x") != hashed(key, "ticket", "x")

"""A file that is no dispute pack; tests/web/test_pack_file.py compares real ones."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from helpdesk.db import Database
from helpdesk.queries.pack_check import NoPack, check_pack


@pytest.mark.parametrize(
    ("entries", "why"),
    [
        (None, "no zip file"),
        ({}, "has no SHA256SUMS"),
        ({"SHA256SUMS": b""}, "has no ledger.jsonl"),
        ({"SHA256SUMS": b"", "ledger.jsonl": b""}, "cannot be read"),
        ({"SHA256SUMS": b"", "ledger.jsonl": b"[]\n"}, "cannot be read"),
        ({"SHA256SUMS": b"\xff", "ledger.jsonl": b"{}\n"}, "cannot be read"),
    ],
)
def test_it_is_said_why(
    database: Database, tmp_path: Path, entries: dict[str, bytes] | None, why: str
) -> None:
    path = tmp_path / "pack.zip"
    path.write_bytes(b"x")
    if entries is not None:
        with zipfile.ZipFile(path, "w") as pack:
            for name, content in entries.items():
                pack.writestr(name, content)
    with database.reading() as session, pytest.raises(NoPack, match=why):
        check_pack(session, path)

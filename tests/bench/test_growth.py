"""Copies of rows are as many and as large as the first ones."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench import growth
from tests.support.running import RunningPostdesk


def test_all_tables_grow_alike(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(growth, "FIRST", 6)
    monkeypatch.setattr(growth, "LATER", 10)
    postdesk = RunningPostdesk(tmp_path, DATABASE_URL=database_url)
    first, grown = growth.grow(postdesk, [200])
    assert grown.tickets >= 200
    rows = {one.table: one.rows for one in first.sizes}
    for one in grown.sizes:
        if one.table in {"ticket", "comment", "inbound_mail", "outbound_mail", "ticket_words"}:
            assert one.rows == rows[one.table] * grown.tickets / first.tickets, one.table

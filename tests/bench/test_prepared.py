"""What measurements run on: made once where it is kept, and the same again."""

from __future__ import annotations

import tempfile
from pathlib import Path

from bench.prepared import prepared
from helpdesk.db import Database


def test_what_is_kept_is_taken_up_again(database: Database, database_kind: str) -> None:
    assert database.is_sqlite == (database_kind == "sqlite")
    # Not below pytest's own temporary folder: PostgreSQL runs as another user, who may not enter.
    with tempfile.TemporaryDirectory(prefix="postdesk-kept-") as folder:
        keep = Path(folder)
        keep.chmod(0o755)
        with prepared(database_kind, 300, keep) as first:
            number, found = first.number, first.in_view(5)
        with prepared(database_kind, 300, keep) as again:
            assert (again.number, again.in_view(5)) == (number, found)

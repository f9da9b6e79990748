"""The export's zip file: what is gone from the store is named, and nothing typed is markup."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, datetime
from pathlib import Path

from helpdesk.blobs import Blobs
from helpdesk.queries.person_export import ExportedFile, PersonExport
from web.person_file import person_pieces

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    blobs = Blobs(tmp_path)
    files = (ExportedFile("files/a", blobs.put(b"a")), ExportedFile("files/b", "ab" * 32))
    message = {"at": NOW, "by": "you", "internal_note": False, "text": "<i>{x}", "files": []}
    ticket = {"subject": "<b>", "number": "T1", "messages": [message]}
    export = PersonExport({"names": ["A"]}, (ticket,), (), (), (), (), files, NOW, False)
    whole = b"".join(person_pieces(export, blobs))
    with zipfile.ZipFile(io.BytesIO(whole)) as archive:
        assert archive.read("missing.txt") == b"files/b\n"
        assert archive.read("files/a") == b"a"
        page = archive.read("index.html").decode()
        assert b"notes are not in it" in archive.read("README.txt")
    assert "&lt;i&gt;{x}" in page
    assert "<h3>&lt;b&gt;</h3>" in page

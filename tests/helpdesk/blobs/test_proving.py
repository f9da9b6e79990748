"""Whether an object is what its key says, told without the store."""

from __future__ import annotations

import os
from hashlib import sha256
from pathlib import Path

import pytest

from helpdesk.blobs import Blobs
from helpdesk.blobs.proving import proved
from tests.helpdesk.blobs.test_parts import FILE, mail, stored


def pieces(content: bytes) -> list[bytes]:
    """It, in two pieces."""
    return [content[:300], content[300:]]


@pytest.mark.parametrize("content", [b"", b"hello", b"a line\n" * 900, os.urandom(900)], ids=len)
def test_plain_and_packed_ones(tmp_path: Path, content: bytes) -> None:
    blobs = Blobs(tmp_path)
    key = blobs.put(content)
    kept = blobs.place.get(key)
    assert proved(key, iter(pieces(kept))) == []
    assert proved(key, iter(pieces(kept + b"x"))) is None
    assert proved("a" * 64, iter(pieces(kept))) is None


def test_a_mail_that_is_stored_by_its_files(tmp_path: Path) -> None:
    blobs = Blobs(tmp_path)
    key, parts = stored(blobs, mail(FILE), FILE)
    kept = blobs.place.get(key)
    assert proved(key, iter(pieces(kept))) == parts == [sha256(FILE).hexdigest()]
    assert proved("a" * 64, iter(pieces(kept))) is None
    assert proved(key, iter(pieces(kept[:-1]))) is None

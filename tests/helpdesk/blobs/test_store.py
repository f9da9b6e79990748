"""The content-addressed store."""

from __future__ import annotations

import os
import threading
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from pathlib import Path

import pytest

from helpdesk.blobs import Blobs, DamagedFile
from helpdesk.errors import NotFound


def files_in(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_content_is_kept_once_under_its_hash(tmp_path: Path) -> None:
    blobs = Blobs(tmp_path / "blobs")
    key = blobs.put(b"hello")
    assert key == sha256(b"hello").hexdigest()
    assert blobs.put(b"hello") == key
    assert blobs.get(key) == b"hello"
    assert files_in(tmp_path) == [blobs.path(key)]
    assert blobs.get(blobs.put(b"")) == b""


def test_many_who_put_the_same_leave_one_whole_file(tmp_path: Path) -> None:
    blobs, content = Blobs(tmp_path), os.urandom(200_000)
    start = threading.Barrier(8)

    def put(_: int) -> str:
        start.wait()
        return blobs.put(content)

    with ThreadPoolExecutor(8) as threads:
        assert set(threads.map(put, range(8))) == {sha256(content).hexdigest()}
    (file,) = files_in(tmp_path)
    assert file.read_bytes() == content


def test_a_failed_put_leaves_nothing(tmp_path: Path) -> None:
    blobs = Blobs(tmp_path)
    place = blobs.path(sha256(b"hello").hexdigest()).parent
    place.write_bytes(b"a file where a folder belongs")
    with pytest.raises(OSError, match=r".+"):
        blobs.put(b"hello")
    assert files_in(tmp_path) == [place]


@pytest.mark.parametrize(
    "key", ["", "../../etc/passwd", "a" * 63, "A" * 64, "g" * 64, "a" * 62 + "/.", "\0" * 64]
)
def test_what_is_no_key_names_no_file(tmp_path: Path, key: str) -> None:
    with pytest.raises(NotFound):
        Blobs(tmp_path).get(key)


def test_a_missing_file_is_said_to_be_missing(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="missing"):
        Blobs(tmp_path).get("a" * 64)


@pytest.mark.parametrize(
    "content", [b"hello", b"a line\n" * 2000, b"\x89PDblob\nz" + b"x" * 5000], ids=len
)
def test_what_was_changed_on_the_disk_is_no_content(tmp_path: Path, content: bytes) -> None:
    blobs = Blobs(tmp_path)
    key = blobs.put(content)
    whole = blobs.path(key).read_bytes()
    assert blobs.get(key) == content
    for spoilt in (whole[:-2], whole + b"x", whole.replace(b"l", b"m", 1) or b"x", b""):
        blobs.path(key).write_bytes(spoilt)
        if spoilt != whole:
            with pytest.raises(DamagedFile, match="damaged"):
                blobs.get(key)


def test_what_nobody_stored_again_is_removed(tmp_path: Path) -> None:
    blobs = Blobs(tmp_path)
    key = blobs.put(b"hello")
    os.utime(blobs.path(key), (1000, 1000))
    assert not blobs.remove(key, stored_before=1000)
    assert blobs.remove(key, stored_before=1001)
    assert files_in(tmp_path) == []
    assert not blobs.remove(key, stored_before=1001)


def test_what_is_stored_again_stays(tmp_path: Path) -> None:
    blobs = Blobs(tmp_path)
    key = blobs.put(b"hello")
    os.utime(blobs.path(key), (1000, 1000))
    blobs.put(b"hello")
    assert not blobs.remove(key, stored_before=1001)
    assert blobs.get(key) == b"hello"

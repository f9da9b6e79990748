"""``postdesk blobs copy``: the store moved between a folder and a bucket, and back."""

from __future__ import annotations

import os
import signal
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from commands.main import main
from helpdesk.blobs import Blobs
from helpdesk.blobs.folder import FolderPlace
from helpdesk.blobs.place import SHARDS, ObjectPlace
from tests.support.running import POSTDESK
from tests.support.s3_server import VARIABLES, Bucket
from tests.support.servers import wait_until

ID = "a1" * 16
NUMBER = 40


@pytest.fixture
def folder(tmp_path: Path) -> FolderPlace:
    """A store with an id and some files, one of them packed, one a mail stored by its file."""
    place = FolderPlace(tmp_path / "files")
    place.write_identity(ID)
    blobs = Blobs(place)
    for _ in range(NUMBER - 2):
        blobs.put(os.urandom(3000))
    blobs.put(b"a line\n" * 2000)
    blobs.put(os.urandom(2_000_000))
    return place


@pytest.fixture
def environment(bucket: Bucket, tmp_path: Path) -> dict[str, str]:
    names = {"DATA_DIR": str(tmp_path / "var"), "S3_ENDPOINT": bucket.endpoint}
    return {f"POSTDESK_{name}": value for name, value in names.items()} | dict(VARIABLES)


def copy(environment: dict[str, str], *arguments: str) -> Result:
    """Run the command here."""
    return CliRunner(env=environment).invoke(main, ["blobs", "copy", *arguments])


def objects(place: ObjectPlace) -> dict[str, bytes]:
    """All that stands there."""
    return {key: place.get(key) for shard in SHARDS for key, _ in place.listed(shard)}


def test_there_and_back(
    folder: FolderPlace, bucket: Bucket, environment: dict[str, str], tmp_path: Path
) -> None:
    done = copy(environment, folder.name, bucket.url, "--verify")
    assert done.exit_code == 0, done.output
    assert f"{NUMBER} files copied (2 MiB)." in done.output
    assert "checksum compared" in done.output
    assert bucket.place().identity() == ID
    assert "copied" in done.output
    back = FolderPlace(tmp_path / "back")
    assert copy(environment, bucket.url, back.name).exit_code == 0
    assert objects(back) == objects(folder)
    assert back.identity() == ID
    again = copy(environment, bucket.url, back.name)
    assert f"0 files copied (0 bytes), {NUMBER} were there before." in again.output


def test_cut_off_and_run_again(
    folder: FolderPlace, bucket: Bucket, environment: dict[str, str]
) -> None:
    for _ in range(120):
        Blobs(folder).put(os.urandom(2000))
    process = subprocess.Popen(
        [POSTDESK, "blobs", "copy", folder.name, bucket.url], env=os.environ | environment
    )
    place = bucket.place()
    wait_until("some are there", lambda: not place.is_empty())
    process.send_signal(signal.SIGKILL)
    process.wait(10)
    assert place.identity() == "", "no part starts with what is half there"
    done = copy(environment, folder.name, bucket.url, "--verify")
    assert done.exit_code == 0, done.output
    assert "were there before" in done.output
    assert place.identity() == ID


def test_a_damaged_file_is_named(
    folder: FolderPlace, bucket: Bucket, environment: dict[str, str]
) -> None:
    key = next(iter(objects(folder)))
    folder.path(key).write_bytes(b"something else")
    done = copy(environment, folder.name, bucket.url)
    assert done.exit_code == 1
    assert f"{key} in {folder.name}: its checksum is another" in done.output
    assert bucket.place().identity() == ""


def test_what_is_damaged_at_its_new_place_is_copied_anew_once_it_is_removed(
    folder: FolderPlace, environment: dict[str, str], tmp_path: Path
) -> None:
    new = tmp_path / "new"
    copy(environment, folder.name, str(new))
    key = next(iter(objects(folder)))
    copied = FolderPlace(new).path(key)
    copied.write_bytes(b"something else")
    done = copy(environment, folder.name, str(new), "--verify")
    assert done.exit_code == 1
    assert f"{key} in {new}: its checksum is another" in done.output
    assert "remove what is damaged there" in done.output
    copied.unlink()
    assert copy(environment, folder.name, str(new), "--verify").exit_code == 0


def test_nothing_is_copied_into_another_ones_store(
    folder: FolderPlace, bucket: Bucket, environment: dict[str, str], tmp_path: Path
) -> None:
    bucket.place().write_identity("b2" * 16)
    assert "another Postdesk" in copy(environment, folder.name, bucket.url).output
    assert bucket.place().is_empty()
    assert "holds no files" in copy(environment, str(tmp_path / "no"), bucket.url).output
    assert "a folder, or s3://" in copy(environment, "ftp://x/y", bucket.url).output

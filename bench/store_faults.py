"""Faults of the store of files: away, another one in its place, not shared, its server stopped."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import cycle
from pathlib import Path

from bench.burst import FILER, Stage, kill
from helpdesk.blobs.folder import FolderPlace
from helpdesk.settings import load
from tests.support.running import RunningPostdesk
from tests.support.s3_server import Bucket, S3Server

_OTHER = "b2" * 16
_PARTS = ("web", "worker", "mailgate")


@contextmanager
def own_bucket() -> Iterator[Bucket]:
    """A bucket on a server of its own."""
    server = S3Server()
    bucket = Bucket(server)
    try:
        yield bucket
    finally:
        bucket.close()
        server.close()


def take_store_away(stage: Stage, over: threading.Event) -> None:
    """Have the folder of mails and attachments gone, with an empty one in its place, as where
    nothing is mounted; back after three seconds, and all over again."""
    while not over.wait(1):
        with _in_its_place(stage) as folder:
            over.wait(3)
            left = list(folder.iterdir())
            assert not left, f"written where nothing is mounted: {left}"


def mount_another(stage: Stage, over: threading.Event) -> None:
    """Have another Postdesk's store in the place, and the filer begin anew meanwhile."""
    while not over.wait(1):
        with _in_its_place(stage) as folder:
            FolderPlace(folder).write_identity(_OTHER)
            kill(stage, FILER)
            over.wait(3)
            left = [one.name for one in folder.iterdir()]
            assert left == ["id"], f"written into another one's store: {left}"
            (folder / "id").unlink()


def start_unshared(stage: Stage, over: threading.Event) -> None:
    """Have a second machine start its parts on a folder of its own: an empty one, and then another
    Postdesk's. Each must end with a line about its store, with nothing written there."""
    folder = stage.postdesk.folder / "second"
    shared = load(stage.postdesk.environment)
    second = RunningPostdesk(
        folder,
        DATABASE_URL=shared.database_url,
        SECRET_KEY=shared.secret_key,
        BLOB_URL=str(folder / "own"),
    )
    folder.mkdir()
    for turn, part in enumerate(cycle(_PARTS), start=1):
        _refused(second, part)
        assert not (folder / "own").exists(), "written into a folder that is not shared"
        FolderPlace(folder / "own").write_identity(_OTHER)
        _refused(second, part)
        left = [one.name for one in (folder / "own").iterdir()]
        assert left == ["id"], f"written into another one's store: {left}"
        shutil.rmtree(folder / "own")
        if over.is_set() and turn >= len(_PARTS):
            break


def _refused(machine: RunningPostdesk, part: str) -> None:
    """Start a part, which must end by itself."""
    machine.log.unlink(missing_ok=True)
    status = machine.begin(part).wait(60)
    said = machine.log.read_text()
    assert (status, "POSTDESK_BLOB_URL: " in said) == (1, True), f"{part}: {status} {said}"


@contextmanager
def _in_its_place(stage: Stage) -> Iterator[Path]:
    folder = stage.postdesk.data_dir / "blobs"
    away = folder.with_name("blobs.away")
    folder.rename(away)
    folder.mkdir()
    yield folder
    folder.rmdir()
    away.rename(folder)


def stop_bucket(stage: Stage, over: threading.Event) -> None:
    """The server of S3 refuses connections, and the next time says nothing; for three seconds."""
    assert stage.bucket
    for harm in cycle((stage.bucket.refuse, stage.bucket.fall_silent)):
        if over.wait(1):
            break
        harm()
        over.wait(3)
        stage.bucket.answer()

"""Faults of the store of files: away, another one in its place, its server stopped."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import cycle
from pathlib import Path

from bench.burst import FILER, Stage, kill
from helpdesk.blobs.folder import FolderPlace
from tests.support.s3_server import Bucket, S3Server

_OTHER = "b2" * 16


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

"""A disk of a few MiB, and a way to fill it."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.support.servers import ServerMissing


@contextmanager
def mounted(folder: Path, *, mib: int = 16) -> Iterator[None]:
    """Mount a disk of so many MiB at a folder.

    :raises ServerMissing: the test is not root, or may not mount.
    """
    folder.mkdir(exist_ok=True)
    mount = ["mount", "-t", "tmpfs", "-o", f"size={mib}m,mode=0700", "tmpfs", str(folder)]
    if subprocess.run(mount, capture_output=True, check=False).returncode != 0:
        raise ServerMissing("a small disk can be mounted by root alone")
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def fill(path: Path, *, leave: int) -> None:
    """Write a file until only so many bytes are free on its disk."""
    room = os.statvfs(path.parent)
    with path.open("wb") as file:
        file.write(b"\0" * (room.f_bavail * room.f_frsize - leave))

"""The data folder, which one Postdesk uses at a time."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click


@contextmanager
def sole_use(data_dir: Path) -> Iterator[None]:
    """Hold the data folder; the kernel lets go of the lock when its holder dies, whatever way."""
    try:
        data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = os.open(data_dir / "up.lock", os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as problem:
        raise click.ClickException(
            f"POSTDESK_DATA_DIR: cannot write to {data_dir} ({problem.strerror})."
        ) from None
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        pid = os.read(lock, 20).decode("ascii", "replace").strip()
        raise click.ClickException(
            f"{data_dir} is in use by another Postdesk (process {pid}). "
            "Stop that one, or set POSTDESK_DATA_DIR to another folder."
        ) from None
    try:
        os.ftruncate(lock, 0)
        os.write(lock, str(os.getpid()).encode())
        yield
    finally:
        os.close(lock)

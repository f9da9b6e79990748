"""Files that are whole after a power cut."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from pathlib import Path


def write_durably(path: Path, content: bytes, sync: Callable[[int], None] = os.fsync) -> None:
    """Replace the file as a whole: a reader sees the old content or the new, also after a crash."""
    draft = path.with_name(f".{path.name}.{os.getpid()}.{threading.get_ident()}")
    file = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    with os.fdopen(file, "wb") as out:
        out.write(content)
        out.flush()
        sync(out.fileno())
    draft.replace(path)
    sync_folder(path.parent, sync)


def sync_folder(folder: Path, sync: Callable[[int], None]) -> None:
    """Make a folder's entries durable."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        sync(descriptor)
    finally:
        os.close(descriptor)

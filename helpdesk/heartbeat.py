"""Signs of life: each part touches a file in the data folder, and the health page reads them.

On one machine this needs no database and no Redis, so it says the truth when those are down. A
part that runs on another machine has no file here: it is unknown, which is not the same as dead.
What the parts of other machines say stands in the database (``helpdesk.queries.gateways``).
"""

from __future__ import annotations

import time
from contextlib import suppress
from pathlib import Path

from helpdesk.settings import Settings

PARTS = ("door", "filer", "worker")
FRESH = 10.0
"""Seconds after which a part that gave no sign of life is taken for dead."""


def beat(settings: Settings, part: str) -> None:
    """Say that this part lives. Never raises: a full disk is told elsewhere."""
    path = _path(settings, part)
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()


def is_alive(settings: Settings, part: str) -> bool | None:
    """Whether the part gave a sign of life just now; None where it never did on this machine."""
    try:
        age = time.time() - _path(settings, part).stat().st_mtime
    except OSError:
        return None
    return age < FRESH


def _path(settings: Settings, part: str) -> Path:
    return settings.data_dir / "run" / part

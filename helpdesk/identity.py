"""Who a folder belongs to: the data folder and the spool each have a name by chance, for good.

Names of machines change and are shared by copies; these stand in a file each, made once.
"""

from __future__ import annotations

import errno
import os
import secrets
from contextlib import suppress
from pathlib import Path

_LENGTH = 16


def place_of(data_dir: Path) -> str:
    """Return the name of a data folder, made if it has none.

    :raises OSError: it cannot be written to.
    """
    return _named(data_dir / "run" / "place")


def spool_id(spool_dir: Path) -> str:
    """Return the name of a spool, made if it has none.

    :raises OSError: it cannot be written to.
    """
    return _named(spool_dir / "id")


def known_spool_id(spool_dir: Path) -> str:
    """Return the name of a spool; empty where it has none, or there is no spool."""
    return _read(spool_dir / "id")


def _named(path: Path) -> str:
    # Of two who make it at once the first wins: it comes into being whole.
    if found := _read(path):
        return found
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    try:
        with draft.open("w") as file:
            file.write(secrets.token_hex(_LENGTH // 2))
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):
            os.link(draft, path)
    finally:
        draft.unlink(missing_ok=True)
    if found := _read(path):
        return found
    raise OSError(errno.EINVAL, f"{path} holds no name of Postdesk's; remove that file")


def _read(path: Path) -> str:
    try:
        text = path.read_text("ascii", "replace").strip()
    except OSError:
        return ""
    return text if len(text) == _LENGTH else ""

"""The content-addressed store: raw mails, attachments, rendered mails, by their SHA-256.

A folder for now; the database keeps key, size and name. Content is durable when ``put`` returns.
"""

from __future__ import annotations

import os
import secrets
from hashlib import sha256
from pathlib import Path

from helpdesk.errors import NotFound


class Blobs:
    """A folder of contents, each under the hash of itself: ``ab/cdef…``."""

    def __init__(self, folder: str | Path) -> None:
        self._folder = Path(folder)

    def put(self, content: bytes, *, durable: bool = True) -> str:
        """Keep ``content`` and return its key. The same content is kept once.

        :param durable: False for what can be made again: a power cut may take it, or leave less of
            it under its key; whoever reads it must compare.
        """
        key = sha256(content).hexdigest()
        path = self.path(key)
        try:
            os.utime(path)  # stored anew: see remove()
        except FileNotFoundError:
            pass
        else:
            return key
        if not path.parent.is_dir():
            path.parent.mkdir(parents=True, exist_ok=True)
            if durable:
                _sync_folder(self._folder)  # or a power cut takes the new folder with all in it
        # Written under another name and renamed: no reader ever sees half a file under its key.
        scratch = path.with_name(f".{key[2:]}.{secrets.token_hex(4)}")
        descriptor = os.open(scratch, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(content)
                file.flush()
                if durable:
                    os.fsync(file.fileno())
            scratch.rename(path)
        except BaseException:
            scratch.unlink(missing_ok=True)
            raise
        if durable:
            _sync_folder(path.parent)
        return key

    def get(self, key: str) -> bytes:
        """The content under ``key``.

        :raises NotFound: where there is none.
        """
        try:
            return self.path(key).read_bytes()
        except FileNotFoundError:
            raise NotFound(f"The stored file {key[:12]}… is missing.") from None

    def remove(self, key: str, *, stored_before: float) -> bool:
        """Take content away that nobody stored, or stored again, since a moment.

        Whoever stores the same again meanwhile keeps it: it is set aside first, and looked at once
        more before it goes.

        :param stored_before: seconds since 1970.
        :returns: whether it is gone by this.
        """
        path = self.path(key)
        aside = path.with_name(f".{key[2:]}.gone")
        try:
            if path.stat().st_mtime >= stored_before:
                return False
            path.rename(aside)
            if aside.stat().st_mtime >= stored_before:
                aside.rename(path)
                return False
            aside.unlink()
        except FileNotFoundError:
            return False
        return True

    def size(self, key: str) -> int:
        """The size of the content under ``key``; 0 where there is none."""
        try:
            return self.path(key).stat().st_size
        except FileNotFoundError:
            return 0

    def path(self, key: str) -> Path:
        """Where the content under ``key`` stands (or would).

        :raises NotFound: it is no key; rows whose file was deleted by its age have an empty one.
        """
        if not key:
            raise NotFound("The original is no longer kept.")
        if len(key) != 64 or not all(c in "0123456789abcdef" for c in key):
            raise NotFound("That is no key of a stored file.")
        return self._folder / key[:2] / key[2:]


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

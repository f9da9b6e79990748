"""A folder of objects: ``ab/cdef…``. What is put there is durable when ``put`` returns."""

from __future__ import annotations

import errno
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from helpdesk.blobs.away import StoreAway
from helpdesk.blobs.place import ObjectPlace, read_identity
from helpdesk.errors import NotFound
from helpdesk.outages import outage

_PIECE = 256 * 1024
_DISK = (errno.ENOSPC, errno.EDQUOT, errno.EROFS)
"""What is the disk's own fault, and said as such."""


class FolderPlace(ObjectPlace):
    """A folder, which several machines may share."""

    def __init__(self, folder: Path, expected: str = "") -> None:
        super().__init__(str(folder), expected)
        self.folder = folder

    def path(self, key: str) -> Path:
        """Where the object stands (or would)."""
        return self.folder / key[:2] / key[2:]

    def put(self, key: str, stored: bytes, *, durable: bool = True) -> None:
        with self._away():
            path = self.path(key)
            try:
                os.utime(path)  # stored anew: see remove()
            except FileNotFoundError:
                self._write(path, stored, durable)

    def _write(self, path: Path, stored: bytes, durable: bool) -> None:
        if not path.parent.is_dir():
            self._make(path.parent)
            if durable:
                _sync_folder(self.folder)  # or a power cut takes the new folder with all in it
        # Written under another name and renamed: no reader ever sees half a file under its key.
        scratch = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
        descriptor = os.open(scratch, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(stored)
                file.flush()
                if durable:
                    os.fsync(file.fileno())
            scratch.rename(path)
        except BaseException:
            scratch.unlink(missing_ok=True)
            raise
        if durable:
            _sync_folder(path.parent)

    def _make(self, folder: Path) -> None:
        """Make the folder of a shard; none where nothing is mounted."""
        self.check()
        folder.mkdir(mode=0o700, parents=not self.expected, exist_ok=True)
        try:
            self.check()  # it may have gone in between
        except StoreAway:
            with suppress(OSError):
                folder.rmdir()
            raise

    def pieces(self, key: str) -> Iterator[bytes]:
        with self._away():
            try:
                file = self.path(key).open("rb")
            except FileNotFoundError:
                raise self.missing(key) from None
            with file:
                while piece := file.read(_PIECE):
                    yield piece

    def size(self, key: str) -> int:
        with self._away():
            try:
                return self.path(key).stat().st_size
            except FileNotFoundError:
                self.check()
                return 0

    def remove(self, key: str, *, stored_before: float, at_once: bool = False) -> bool:
        # Whoever stores the same again meanwhile keeps it: it is set aside first, and looked at
        # once more before it goes.
        path = self.path(key)
        aside = path.with_name(f".{path.name}.gone")
        with self._away():
            try:
                if path.stat().st_mtime >= stored_before:
                    return False
                path.rename(aside)
                if aside.stat().st_mtime >= stored_before:
                    aside.rename(path)
                    return False
                aside.unlink()
            except FileNotFoundError:
                self.check()
                return False
        return True

    def listed(self, shard: str) -> Iterator[tuple[str, int]]:
        with self._away(), suppress(FileNotFoundError), os.scandir(self.folder / shard) as entries:
            for entry in entries:
                if not entry.name.startswith(".") and entry.is_file():
                    yield shard + entry.name, entry.stat().st_size

    def identity(self) -> str:
        with self._away():
            try:
                return read_identity((self.folder / "id").read_bytes())
            except FileNotFoundError:
                return ""

    def write_identity(self, identity: str) -> None:
        with self._away():
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            draft = self.folder / f".id.{secrets.token_hex(4)}"
            descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            try:
                with os.fdopen(descriptor, "w") as file:
                    file.write(f"{identity}\n")
                    file.flush()
                    os.fsync(descriptor)
                with suppress(FileExistsError):  # of two who make it at once the first wins
                    os.link(draft, self.folder / "id")
            finally:
                draft.unlink(missing_ok=True)
            _sync_folder(self.folder)

    @contextmanager
    def _away(self) -> Iterator[None]:
        try:
            yield
        except (StoreAway, NotFound) as problem:
            if isinstance(problem, StoreAway):
                outage("store").failed(str(problem))
            raise
        except OSError as problem:
            if problem.errno in _DISK:
                raise
            words = f"{self.name} cannot be used ({problem.strerror})."
            outage("store").failed(words)
            raise StoreAway(words, problem.errno or 0) from problem
        else:
            outage("store").worked()


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

"""A bucket of S3, or of what speaks like it: objects under ``prefix/ab/cdef…``.

Every request has a time limit. Where one cannot be answered, others are not made for some seconds:
pages that show a dozen pictures must not wait for each of them.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from importlib import import_module
from typing import TYPE_CHECKING, Any

from helpdesk.blobs.away import StoreAway
from helpdesk.blobs.place import ObjectPlace, read_identity
from helpdesk.outages import outage

if TYPE_CHECKING:
    from obstore.store import S3Store

CONNECT = 2
"""Seconds; for all the time limits see :func:`_seconds_for`."""
RETRY_AFTER = 3.0
"""Seconds for which a store that did not answer is not asked again."""
_FIRST = 256 * 1024
_PIECE = 2 * 1024 * 1024
_SLOWEST = 512 * 1024
"""Bytes a second."""
_TRUSTED = 2.0
"""Seconds for which a store that answered counts as there."""
_ASIDE = "aside/"
_OF_NOTHING = sha256(b"").hexdigest()
_IDENTITY = "id"


@dataclass(frozen=True)
class BucketAddress:
    """Which bucket, and how it is reached."""

    bucket: str
    prefix: str = ""
    endpoint: str = ""
    """Empty for that of AWS."""
    variables: tuple[tuple[str, str], ...] = ()
    """``AWS_…`` as they are set: keys, region. What is not set is looked for as usual."""

    @property
    def name(self) -> str:
        """What may be shown and logged."""
        return f"s3://{self.bucket}/{self.prefix}".rstrip("/")


class BucketPlace(ObjectPlace):
    """A bucket, or what of it begins with a prefix."""

    def __init__(self, address: BucketAddress, expected: str = "") -> None:
        super().__init__(address.name, expected)
        self._address = address
        self._lock = threading.Lock()
        self._asking = threading.Lock()
        self._away_until = 0.0
        self._answered = float("-inf")
        self._words = ""
        self._checked = False
        self._store_of = cache(self._connect)

    def put(self, key: str, stored: bytes, *, durable: bool = True) -> None:
        self._check_once()
        seconds = _seconds_for(len(stored))
        if seconds > _seconds_for(0) and time.monotonic() - self._answered > _TRUSTED:
            self.identity()  # one that is silent is not waited for as long as a large file takes
        with self._asked(), suppress(_errors().AlreadyExistsError, FileExistsError):
            # One request, so that nobody can read half of it; and those take no condition in parts.
            self._store_of(seconds).put(self._path(key), stored, mode="create", use_multipart=False)

    def pieces(self, key: str) -> Iterator[bytes]:
        if key == _OF_NOTHING:  # of which no server gives a part
            yield b""
            return
        first, size = self._part(self._path(key), 0, _FIRST)
        if first is None and self._brought_back(key):
            first, size = self._part(self._path(key), 0, _FIRST)
        if first is None:
            raise self.missing(key)
        yield first
        at = len(first)
        while at < size:
            piece, _ = self._part(self._path(key), at, min(size, at + _PIECE))
            if not piece:
                raise self.missing(key)
            yield piece
            at += len(piece)

    def _part(self, path: str, start: int, end: int) -> tuple[bytes | None, int]:
        """Some bytes of an object, and the size of the whole; None where there is none."""
        with self._asked():
            try:
                found = self._store_of(_seconds_for(end - start)).get(
                    path, options={"range": (start, end)}
                )
                return bytes(found.bytes()), int(found.meta["size"])
            except FileNotFoundError:
                return None, 0

    def size(self, key: str) -> int:
        head = self._head(self._path(key)) or self._head(self._path(key, _ASIDE))
        if head is None:
            self.check()
            return 0
        return int(head["size"])

    def remove(self, key: str, *, stored_before: float, at_once: bool = False) -> bool:
        # No server deletes on a condition. Whoever stores the same while it is deleted finds it
        # there, and writes nothing: so it goes aside for a day, and comes back where it is asked
        # for, or the database names it by then (keep).
        self._check_once()
        path, aside = self._path(key), self._path(key, _ASIDE)
        head = self._head(path)
        if head is None:
            there = self._head(aside)
            if there is None:
                self.check()
                return False
            if not at_once and there["last_modified"].timestamp() >= stored_before:
                return False
            self._delete(aside)
            return True
        if head["last_modified"].timestamp() >= stored_before and not at_once:
            return False
        if not at_once and not self._copy(path, aside, int(head["size"])):
            return False
        self._delete(path)
        return at_once

    def keep(self, key: str) -> None:
        self._brought_back(key)

    def _brought_back(self, key: str) -> bool:
        """Bring back what was set aside; whether there was any."""
        path, aside = self._path(key), self._path(key, _ASIDE)
        head = self._head(aside)
        if head is None:
            return False
        if self._head(path) is None and not self._copy(aside, path, int(head["size"])):
            return False
        self._delete(aside)
        return True

    def _copy(self, path: str, to: str, size: int) -> bool:
        """Copy an object; whether it was still there."""
        with self._asked():
            try:
                self._store_of(_seconds_for(size)).copy(path, to)
            except FileNotFoundError:
                return False
        return True

    def listed(self, shard: str) -> Iterator[tuple[str, int]]:
        with self._asked():
            found = self._store_of(30).list(f"{self._prefix}{shard}/", chunk_size=1000)
        while True:
            with self._asked():
                some = next(iter(found), None)
            if some is None:
                return
            for one in some:
                yield shard + str(one["path"]).rpartition("/")[2], int(one["size"])

    def identity(self) -> str:
        content, _ = self._part(f"{self._prefix}{_IDENTITY}", 0, 1024)
        if content is None:
            self.see_that_it_exists()
            return ""
        return read_identity(content)

    def see_that_it_exists(self) -> None:
        """See that there is such a bucket: a server says “not found” of it as of an object.

        :raises StoreAway: there is none, or it cannot be listed.
        """
        with self._asked():
            next(iter(self._store_of(_seconds_for(0)).list(self._prefix, chunk_size=1)), None)

    def write_identity(self, identity: str) -> None:
        with self._asked(), suppress(_errors().AlreadyExistsError, FileExistsError):
            self._store_of(_seconds_for(0)).put(
                f"{self._prefix}{_IDENTITY}", f"{identity}\n".encode(), mode="create"
            )

    def check(self) -> None:
        super().check()
        self._checked = True

    def _check_once(self) -> None:
        """See that it is the right one, where it was not asked since it was away."""
        if not self._checked:
            self.check()

    def is_empty(self) -> bool:
        with self._asked():
            for some in self._store_of(30).list(self._prefix, chunk_size=10):
                if any(one["path"] != f"{self._prefix}{_IDENTITY}" for one in some):
                    return False
        return True

    def _head(self, path: str) -> Any:
        with self._asked():
            try:
                return self._store_of(_seconds_for(0)).head(path)
            except FileNotFoundError:
                return None

    def _delete(self, path: str) -> None:
        with self._asked():
            self._store_of(_seconds_for(0)).delete(path)

    @property
    def _prefix(self) -> str:
        return f"{self._address.prefix}/" if self._address.prefix else ""

    def _path(self, key: str, before: str = "") -> str:
        return f"{self._prefix}{before}{key[:2]}/{key[2:]}"

    @contextmanager
    def _asked(self) -> Iterator[None]:
        """Make one request; where the last one was not answered, one at a time.

        :raises StoreAway: it is not answered.
        """
        errors = _errors()
        alone = bool(self._words)
        if alone and (time.monotonic() < self._away_until or not self._asking.acquire(False)):
            raise StoreAway(self._words)
        try:
            yield
        except (FileExistsError, errors.AlreadyExistsError):
            self._note_answer()
            raise
        except (errors.BaseError, OSError) as problem:
            self._checked = False
            raise self._note_away(problem) from problem
        else:
            self._note_answer()
        finally:
            if alone:
                self._asking.release()

    def _note_answer(self) -> None:
        self._answered = time.monotonic()
        if self._words:
            self._words = ""
            outage("store").worked()

    def _note_away(self, problem: Exception) -> StoreAway:
        words = f"{self.name} {_why(problem)}"
        self._away_until, self._words = time.monotonic() + RETRY_AFTER, words
        outage("store").failed(_why(problem))
        return StoreAway(words)

    def _connect(self, seconds: int) -> S3Store:
        """A client whose requests take so long at the most."""
        from obstore.store import S3Store

        variables: Any = {name.lower(): value for name, value in self._address.variables}
        if self._address.endpoint:
            variables["aws_endpoint"] = self._address.endpoint
        return S3Store(
            self._address.bucket,
            config=variables,
            client_options={
                "timeout": f"{seconds}s",
                "connect_timeout": f"{CONNECT}s",
                "allow_http": self._address.endpoint.startswith("http://"),
            },
            retry_config={
                "max_retries": 1,
                "retry_timeout": _span(seconds),
                "backoff": {"init_backoff": _span(0.1), "max_backoff": _span(0.5), "base": 2},
            },
        )


def _errors() -> Any:
    """The library's exceptions; it is loaded only where there is a bucket.

    :raises StoreAway: it is not installed.
    """
    try:
        return import_module("obstore.exceptions")
    except ImportError:
        raise StoreAway("S3 needs one more package: pip install 'postdesk[s3]'.") from None


def _span(seconds: float) -> Any:
    from datetime import timedelta

    return timedelta(seconds=seconds)


def _seconds_for(size: int) -> int:
    """How long a request may take that carries so many bytes: one of a few times."""
    for seconds in (4, 20):
        if size <= seconds * _SLOWEST // 4:
            return seconds
    return 120


_NO_BUCKET = "does not exist: make the bucket, or mend POSTDESK_BLOB_URL."
_REASONS: tuple[tuple[tuple[str, ...], str], ...] = (
    (("NoSuchBucket",), _NO_BUCKET),
    (
        ("InvalidAccessKeyId", "SignatureDoesNotMatch", "Unauthenticated", "InvalidToken"),
        "refuses the key: see AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.",
    ),
    (
        ("AccessDenied", "PermissionDenied", "Forbidden"),
        "refuses what is asked: the key lacks a right, or the bucket is somebody else's.",
    ),
    (("169.254.169.254", "Credential"), "needs a key: set AWS_ACCESS_KEY_ID and its secret."),
    (("PermanentRedirect", "AuthorizationHeaderMalformed"), "is elsewhere: see AWS_REGION."),
    (("certificate",), "cannot be trusted: its certificate does not hold."),
    (("dns error", "failed to lookup"), "cannot be found: its server's name has no address."),
    (("kind: Timeout", "TimedOut"), "does not answer in time."),
    (("kind: Connect",), "cannot be reached: nothing listens at its address."),
)


def _why(problem: Exception) -> str:
    text = f"{type(problem).__name__} {problem!r} {problem}"
    for marks, words in _REASONS:
        if any(mark in text for mark in marks):
            return words
    if isinstance(problem, FileNotFoundError):
        return _NO_BUCKET
    return f"cannot be used ({type(problem).__name__})."

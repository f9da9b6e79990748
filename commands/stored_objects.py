"""Stored objects read from a place, or written to one, several at a time: a bucket is far away."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import TypeVar

from helpdesk.blobs import ObjectPlace
from helpdesk.errors import NotFound

THREADS = 8
AT_HAND = 32 * 1024 * 1024
"""Bytes that stand in memory at a time; one object may be larger."""

T = TypeVar("T")
Put = Callable[[str, bytes], None]


def several_at_once(
    work: Callable[[str], T], listed: Iterable[tuple[str, int]]
) -> Iterator[tuple[str, T]]:
    """Do something with each key, several at a time; give the outcomes in the order of the keys.

    :param listed: the keys, each with the size of what it takes.
    """
    waiting: deque[tuple[str, int, Future[T]]] = deque()
    held = 0
    with ThreadPoolExecutor(THREADS) as pool:
        try:
            for key, size in listed:
                waiting.append((key, size, pool.submit(work, key)))
                held += size
                while waiting and (held > AT_HAND or len(waiting) >= 2 * THREADS):
                    first, its_size, outcome = waiting.popleft()
                    held -= its_size
                    yield first, outcome.result()
            while waiting:
                first, _, outcome = waiting.popleft()
                yield first, outcome.result()
        finally:
            for _, _, outcome in waiting:
                outcome.cancel()


def fetched(place: ObjectPlace, listed: Iterable[tuple[str, int]]) -> Iterator[tuple[str, bytes]]:
    """These objects as they stand there, less those that went meanwhile.

    :raises StoreAway: the place cannot be used.
    """

    def fetch(key: str) -> bytes | None:
        try:
            return place.get(key)
        except NotFound:
            return None

    for key, stored in several_at_once(fetch, listed):
        if stored is not None:
            yield key, stored


@contextmanager
def written_to(place: ObjectPlace) -> Iterator[Put]:
    """What writes objects to a place; all of them are there when the block ends.

    :raises StoreAway: the place cannot be used.
    """
    waiting: deque[tuple[int, Future[None]]] = deque()
    with ThreadPoolExecutor(THREADS) as pool:

        def put(key: str, stored: bytes) -> None:
            waiting.append((len(stored), pool.submit(place.put, key, stored)))
            while len(waiting) >= 2 * THREADS or sum(size for size, _ in waiting) > AT_HAND:
                waiting.popleft()[1].result()

        try:
            yield put
            while waiting:
                waiting.popleft()[1].result()
        finally:
            for _, outcome in waiting:
                outcome.cancel()

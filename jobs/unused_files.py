"""Removing stored files that deleted rows had: after the deletion, and outside of it."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from helpdesk.actions.remove_files import BEING_FILED, files_removed, look_later, noted_files
from helpdesk.blobs import Blobs
from helpdesk.db import Database

PAUSE = 0.01
_IN_A_TRANSACTION = 200


@dataclass(frozen=True)
class RemovedFiles:
    """What went."""

    files: int = 0
    size: int = 0
    more: bool = False
    """Whether there may be others to look at."""


def remove_unused(
    database: Database,
    blobs: Blobs,
    *,
    now: datetime,
    sleep: Callable[[float], None] = time.sleep,
    wait: timedelta = BEING_FILED,
) -> RemovedFiles:
    """Remove some thousands of what nothing refers to. Harmless if it is broken off, or runs twice.

    A mail that is being filed has its files in the store before it is in the database: what was
    stored within a day is left for later.

    :param wait: another time than that day, where nothing can be filed meanwhile.
    """
    with database.reading() as session:
        noted = noted_files(session, now=now)
    before, at_once = (now - wait).timestamp(), wait < BEING_FILED
    sizes: dict[str, int] = {}
    young, settled = [], dict.fromkeys(noted.used, 0)
    for key in sorted(noted.unused):
        size = blobs.size(key)
        if blobs.remove(key, stored_before=before, at_once=at_once):
            sizes[key] = size
        elif size:
            young.append(key)
        else:
            settled[key] = 0
    for key in noted.used:
        blobs.keep(key)
    settled |= sizes
    for keys in _parts(list(settled)):
        with database.transaction() as session:
            part = {key: settled[key] for key in keys}
            files_removed(session, part, noted.unused, now=now)
        sleep(PAUSE)
    for keys in _parts(young):
        with database.transaction() as session:
            look_later(session, keys, now=now)
        sleep(PAUSE)
    return RemovedFiles(len(sizes), sum(sizes.values()), bool(noted.unused or noted.used))


def _parts(keys: list[str]) -> list[list[str]]:
    starts = range(0, len(keys), _IN_A_TRANSACTION)
    return [keys[start : start + _IN_A_TRANSACTION] for start in starts]

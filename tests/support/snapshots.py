"""What many tests begin with, built by the actions once, and put back as rows afterwards."""

from __future__ import annotations

import pickle
from abc import ABC, abstractmethod
from collections.abc import Callable, Hashable
from typing import TypeVar

from helpdesk.db import Database

Built = TypeVar("Built")

SNAPSHOTS = "postdesk_snapshots"
"""The execution option under which a kept engine has its snapshots."""


class Snapshots(ABC):
    """States of a database that were written down: all rows, by the name of what was built."""

    def __init__(self) -> None:
        self.built: dict[Hashable, bytes] = {}

    @abstractmethod
    def is_untouched(self) -> bool:
        """Whether nothing was written since the database was made or emptied."""

    @abstractmethod
    def take(self, number: int) -> None:
        """Write the rows down."""

    @abstractmethod
    def put_back(self, number: int) -> None:
        """Put the rows into the untouched database."""


def built_once(database: Database, key: Hashable, build: Callable[[], Built]) -> Built:
    """What ``build`` returns, with the rows that it writes.

    In a database in which something was written before, and in one that the test connected to by
    itself, ``build`` runs; so it does for the first test. Objects are the caller's own each time.
    """
    snapshots: Snapshots | None = database.engine.get_execution_options().get(SNAPSHOTS)
    if snapshots is None or not snapshots.is_untouched():
        return build()
    numbers = {known: number for number, known in enumerate(snapshots.built)}
    if key in numbers:
        snapshots.put_back(numbers[key])
        again: Built = pickle.loads(snapshots.built[key])
        return again
    built = build()
    snapshots.take(len(snapshots.built))
    snapshots.built[key] = pickle.dumps(built)
    return built

"""The journal's count: by hour, folded, and unharmed by a torn or short write."""

from __future__ import annotations

import multiprocessing
import os
import resource
from datetime import UTC, datetime
from pathlib import Path

import pytest

from helpdesk.mail_in.journal import NAME_LENGTH, RECORD_LENGTH
from mailgate.spool.journal import KEEP_HOURS, Journal

NOON = datetime(2026, 11, 23, 12, 30, tzinfo=UTC)
HOUR = 3600.0


class Clock:
    def __init__(self) -> None:
        self.now = NOON.timestamp()

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def journal(tmp_path: Path, clock: Clock) -> Journal:
    return Journal(tmp_path / "journal", clock=clock)


def names(number: int, first: int = 0) -> list[str]:
    made = [f"{index:016d}.0000001.0123abcd" for index in range(first, first + number)]
    assert all(len(name) == NAME_LENGTH for name in made)
    return made


def test_counts_by_hour(journal: Journal, clock: Clock) -> None:
    journal.append(names(3))
    clock.now += HOUR
    journal.append(names(2))
    journal.append(names(2))
    noon = NOON.replace(minute=0)
    assert journal.per_hour() == {noon: 3, noon.replace(hour=13): 4}
    assert journal.count() == 7


def test_the_count_survives_a_restart_and_is_shared(journal: Journal, tmp_path: Path) -> None:
    journal.append(names(3))
    other = Journal(tmp_path / "journal", clock=lambda: NOON.timestamp())
    other.append(names(2))
    assert journal.count() == other.count() == 5


def test_knows_which_names_it_has(journal: Journal, clock: Clock) -> None:
    journal.append(names(3))
    clock.now -= 5 * HOUR
    journal.append(names(3, first=10))
    assert journal.recorded([*names(1), *names(1, first=5), *names(1, first=12)]) == {
        *names(1),
        *names(1, first=12),
    }


def test_folding_changes_no_count(journal: Journal, clock: Clock, tmp_path: Path) -> None:
    for _ in range(5):
        journal.append(names(2))
        clock.now += HOUR
    clock.now += (KEEP_HOURS - 2) * HOUR
    journal.append(names(1))
    before = journal.per_hour()
    journal.fold()
    assert len(list((tmp_path / "journal").glob("*.log"))) == 3
    assert journal.per_hour() == before
    clock.now += 30 * KEEP_HOURS * HOUR
    journal.fold()
    assert list((tmp_path / "journal").glob("*.log")) == []
    assert journal.per_hour() == before
    journal.append(names(1))
    assert journal.count() == sum(before.values()) + 1


def test_folding_cut_short_before_the_removal_counts_nothing_twice(
    journal: Journal, clock: Clock, tmp_path: Path
) -> None:
    journal.append(names(4))
    (log,) = (tmp_path / "journal").glob("*.log")
    content = log.read_bytes()
    clock.now += 2 * KEEP_HOURS * HOUR
    journal.fold()
    log.write_bytes(content)
    assert journal.count() == 4
    clock.now += HOUR
    journal.append(names(1))
    clock.now += 2 * KEEP_HOURS * HOUR
    journal.fold()
    assert journal.count() == 5


def test_a_clock_set_back_loses_no_count(tmp_path: Path, clock: Clock) -> None:
    folder = tmp_path / "journal"
    Journal(folder, clock=clock).append(names(4))
    clock.now += 2 * KEEP_HOURS * HOUR
    Journal(folder, clock=clock).fold()
    clock.now -= 2 * KEEP_HOURS * HOUR
    back = Journal(folder, clock=clock)
    back.append(names(3))
    assert back.count() == 7


def test_a_clock_set_back_counts_in_its_hour(
    journal: Journal, clock: Clock, tmp_path: Path
) -> None:
    journal.append(names(2))
    clock.now += 3 * HOUR
    journal.append(names(1, first=2))
    clock.now -= 3 * HOUR
    journal.append(names(3, first=3))
    assert sorted(journal.per_hour().values()) == [1, 5]


def test_a_torn_tail_is_neither_counted_nor_in_the_way(journal: Journal, tmp_path: Path) -> None:
    journal.append(names(2))
    (log,) = (tmp_path / "journal").glob("*.log")
    with log.open("ab") as file:
        file.write(names(1, first=9)[0][:20].encode())
    assert journal.count() == 2
    journal.append(names(2, first=2))
    assert journal.count() == 4
    assert journal.recorded(names(9)) == set(names(4))


def _append_with_little_room(folder: str) -> None:
    journal = Journal(Path(folder))
    journal.append(names(2))
    room = 5 * RECORD_LENGTH + 10
    resource.setrlimit(resource.RLIMIT_FSIZE, (room, resource.RLIM_INFINITY))
    try:
        journal.append(names(10, first=2))
    except OSError:
        resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        journal.append(names(1, first=50))
        os._exit(42)


def test_a_disk_that_fills_during_an_append_leaves_none_of_it(tmp_path: Path) -> None:
    folder = tmp_path / "journal"
    child = multiprocessing.get_context("fork").Process(
        target=_append_with_little_room, args=(str(folder),)
    )
    child.start()
    child.join()
    assert child.exitcode == 42
    journal = Journal(folder)
    assert journal.count() == 3
    assert journal.recorded(names(60)) == {*names(2), *names(1, first=50)}

"""The gateway's journal, as those read it who only count."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest

from helpdesk.mail_in.journal import NAME_LENGTH, JournalReader
from tests.support.factories import NOW

HOUR = timedelta(hours=1)
NAMES = [f"{index:0{NAME_LENGTH}d}" for index in range(5)]


@pytest.fixture
def reader(tmp_path: Path) -> JournalReader:
    """Three mails in one hour, one and a torn tail in the next, two folded from before."""
    (tmp_path / "2026112309.log").write_text("".join(f"{name}\n" for name in NAMES[:3]))
    (tmp_path / "2026112310.log").write_text(f"{NAMES[3]}\n{NAMES[4][:20]}")
    hours = {"2026112307": 2, "2026112308": 0}
    (tmp_path / "counts.json").write_text(json.dumps({"until": "2026112309", "hours": hours}))
    return JournalReader(tmp_path)


def test_each_hour_is_counted_and_a_torn_tail_is_not(reader: JournalReader) -> None:
    assert reader.per_hour() == {NOW - 2 * HOUR: 2, NOW: 3, NOW + HOUR: 1}
    assert reader.count() == 6


def test_a_file_that_is_folded_already_counts_once(reader: JournalReader, tmp_path: Path) -> None:
    (tmp_path / "2026112307.log").write_text("".join(f"{name}\n" for name in NAMES[:2]))
    assert reader.count() == 6


def test_names_are_known_until_they_are_folded(reader: JournalReader) -> None:
    assert reader.names_in(NOW) == NAMES[:3]
    assert reader.names_in(NOW + HOUR) == NAMES[3:4]
    assert reader.names_in(NOW - 2 * HOUR) == []
    assert reader.recorded([NAMES[0], NAMES[3], NAMES[4]]) == {NAMES[0], NAMES[3]}
    assert reader.recorded([]) == set()


def test_where_nothing_was_ever_accepted_there_is_nothing_to_count(tmp_path: Path) -> None:
    reader = JournalReader(tmp_path / "none")
    assert (reader.count(), reader.per_hour(), reader.names_in(NOW)) == (0, {}, [])

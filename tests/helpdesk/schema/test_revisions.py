"""The migrations in their order."""

from __future__ import annotations

from pathlib import Path

import pytest

from helpdesk.schema.revisions import (
    is_known,
    is_older,
    least_code_at,
    names,
    newest,
    newest_needed,
    revisions,
)
from tests.support.migrations_ahead import write_migration


def test_they_go_from_the_first_to_the_newest() -> None:
    assert names()[0] == "0001"
    assert names()[-1] == newest()
    assert is_known("0072")
    assert not is_known("9001")
    assert newest_needed() in names()


def test_they_are_read_once() -> None:
    """However they are asked for: what is read before the parts are forked serves them all."""
    assert revisions() is revisions(())


def test_two_after_the_same_one_are_refused(tmp_path: Path) -> None:
    write_migration(tmp_path / "ahead", "9001", "pass")
    also = write_migration(tmp_path / "ahead", "9002", "pass")
    with pytest.raises(LookupError, match="2 newest migrations: 9001, 9002"):
        revisions(also)


def test_what_a_schema_asks_for_holds_from_then_on(tmp_path: Path) -> None:
    write_migration(tmp_path / "ahead", "9001", "pass", least_code="0074")
    also = write_migration(tmp_path / "ahead", "9002", "pass", after="9001")
    assert [least_code_at(name, also) for name in (newest(), "9001", "9002")] == [
        "",
        "0074",
        "0074",
    ]


@pytest.mark.parametrize(
    ("code", "older"), [("", True), ("0072", True), ("0074", False), ("9001", False)]
)
def test_code_is_older_by_what_it_knows(code: str, older: bool) -> None:
    assert is_older(code, "0074", names()) is older

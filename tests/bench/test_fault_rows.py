"""The table of what faults led to."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from bench.fault_rows import chosen, print_rows


@dataclass(frozen=True)
class Outcome:
    fault: str

    @property
    def holds(self) -> bool:
        return self.fault != "disk full"


def test_all_rows_are_printed_and_one_that_fails_is_enough(
    capsys: pytest.CaptureFixture[str],
) -> None:
    faults = ("disk full", "Redis frozen")
    assert not print_rows(faults, Outcome, lambda one: one.fault)
    assert capsys.readouterr().out.splitlines() == [*faults]
    assert print_rows(chosen(faults, "redis"), Outcome, lambda one: one.fault)
    assert print_rows((), Outcome, str), "none was asked for"

"""This machine: its clocks beside those of others."""

from __future__ import annotations

from pathlib import Path

from commands.checkup import machine
from tests.conftest import MakeSettings


def test_a_machine_on_which_nothing_ran_yet_has_no_data_folder(
    make_settings: MakeSettings, tmp_path: Path
) -> None:
    settings = make_settings(DATA_DIR=str(tmp_path / "none"))
    assert machine.data_folder(settings).text.endswith("is not there yet")


def test_clocks_that_differ() -> None:
    found = machine.clock({"a": 0.1, "b": -10.0, "c": 3600.0})
    assert [finding.state for finding in found] == ["ok", "warn", "fail"]
    assert "3600.0 s from that of c" in found[2].text

"""This machine: its clocks beside those of others."""

from __future__ import annotations

from commands.checkup import machine


def test_clocks_that_differ() -> None:
    found = machine.clock({"a": 1000.1, "b": 1010.0, "c": 4600.0}, 1000.0)
    assert [finding.state for finding in found] == ["ok", "warn", "fail"]
    assert "3600.0 s from that of c" in found[2].text

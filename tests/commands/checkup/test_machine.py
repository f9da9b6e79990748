"""This machine: its clocks beside those of others."""

from __future__ import annotations

from commands.checkup import machine


def test_clocks_that_differ() -> None:
    found = machine.clock({"a": 0.1, "b": -10.0, "c": 3600.0})
    assert [finding.state for finding in found] == ["ok", "warn", "fail"]
    assert "3600.0 s from that of c" in found[2].text

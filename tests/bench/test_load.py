"""All who ask at once are timed, and what they did is counted."""

from __future__ import annotations

import pytest

from bench import load


def test_a_short_spell(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    for name, value in {"STREAMS": 20, "CLIENTS": 3, "STAFF": 3, "CUSTOMERS": 5}.items():
        monkeypatch.setattr(load, name, value)
    with load.loading("sqlite", 1_000, None) as under_load:
        done = under_load.spell(0.5, 3)
    assert not done.lost
    mails, staff, customers = done.kinds
    done.print()
    assert [len(kind.took) for kind in done.kinds] == [30, 18, 12]
    assert mails.wrong == staff.wrong == customers.wrong == []
    assert 0 < done.arrived[0] <= done.arrived[2]
    done.print()
    assert "pages of staff" in capsys.readouterr().out

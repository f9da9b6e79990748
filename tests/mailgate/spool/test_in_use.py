"""Many work with a spool, or one alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from mailgate.spool.in_use import InUse, SpoolInUse


def test_many_share_it_and_one_has_it_alone(tmp_path: Path) -> None:
    several = [InUse(tmp_path, alone=False) for _ in range(2)]
    with pytest.raises(SpoolInUse):
        InUse(tmp_path, alone=True)
    for one in several:
        one.close()
    InUse(tmp_path, alone=True).close()

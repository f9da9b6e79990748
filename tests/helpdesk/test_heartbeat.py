"""Signs of life: fresh, stale, or never given on this machine."""

from __future__ import annotations

import os
import time

from helpdesk.heartbeat import FRESH, beat, is_alive
from helpdesk.settings import Settings


def test_a_part_lives_as_long_as_its_last_sign_is_fresh(settings: Settings) -> None:
    assert is_alive(settings, "filer") is None, "it may run on another machine"
    beat(settings, "filer")
    assert is_alive(settings, "filer") is True
    assert is_alive(settings, "worker") is None
    stale = time.time() - FRESH - 1
    os.utime(settings.data_dir / "run" / "filer", (stale, stale))
    assert is_alive(settings, "filer") is False
    beat(settings, "filer")
    assert is_alive(settings, "filer") is True


def test_a_folder_that_cannot_be_written_stops_nothing(settings: Settings) -> None:
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    (settings.data_dir / "run").write_text("a file where the folder should be")
    beat(settings, "filer")
    assert is_alive(settings, "filer") is None

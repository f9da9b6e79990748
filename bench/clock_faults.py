"""The wall clock of all of Postdesk is set while it runs; what only goes on, goes on."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import func, select

from bench.burst import Stage
from helpdesk.models import InboundMail
from tests.support.machines import with_clock

_FILE = "clock"


def movable_clock(folder: Path) -> dict[str, str]:
    """The environment of a Postdesk in this folder whose clock :func:`set_clock` may set."""
    (folder / _FILE).write_text("+0")
    environment = with_clock("+0", folder / "sleeps") | {
        "FAKETIME_TIMESTAMP_FILE": str(folder / _FILE),
        "FAKETIME_NO_CACHE": "1",
    }
    del environment["FAKETIME"]  # it would win over the file
    return environment


def set_clock(stage: Stage, over: threading.Event) -> None:
    """A day ahead, for two seconds; and back."""
    clock = stage.postdesk.folder / _FILE
    while not over.wait(1):
        clock.write_text("+1d")
        over.wait(2)
        clock.write_text("+0")
    tomorrow = InboundMail.received_at > datetime.now(UTC) + timedelta(hours=12)
    with stage.database.reading() as session:
        assert session.scalar(select(func.count(InboundMail.id)).where(tomorrow)), "it was not set"

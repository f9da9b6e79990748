"""The shop's clock: that of the database, which all machines share.

Where a machine's clock is off by more than a second from it, this process goes by its own clock and
the difference, which is measured whenever a connection is made, and once a minute while it is used
(:func:`helpdesk.db.connect`). So a moment that one machine writes is the same moment to the others.
With SQLite all is on one machine, whose clock is everybody's.

The ages of files are no matter of this clock: the machine that wrote them tells their times.
"""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

import structlog

TOLERATED = 1.0
"""Seconds by which a clock may be off and is gone by all the same."""

_ahead = 0.0
_log = structlog.get_logger(__name__)


def now() -> datetime:
    """The moment, in UTC."""
    moment = datetime.now(UTC)
    return moment - timedelta(seconds=_ahead) if _ahead else moment


def seconds() -> float:
    """The moment, in seconds since the epoch."""
    return time.time() - _ahead


def ahead() -> float:
    """By how many seconds this machine's clock is ahead of the shop's; 0 as long as that is
    tolerated.
    """
    return _ahead


def compare(theirs: datetime, asked_at: float) -> None:
    """Note what the database's clock said just now.

    :param asked_at: when it was asked, by ``time.time``.
    """
    global _ahead
    told_at = time.time()
    took, difference = told_at - asked_at, (asked_at + told_at) / 2 - theirs.timestamp()
    if took > TOLERATED and abs(difference - _ahead) <= took:
        return  # it took too long to say anything else than before
    is_off = abs(difference) > TOLERATED
    before, _ahead = _ahead, difference if is_off else 0.0
    if is_off and abs(difference - before) > TOLERATED:
        _log.warning("clock_is_off", ahead_seconds=round(difference, 1))
    elif before and not is_off:
        _log.info("clock_is_right")

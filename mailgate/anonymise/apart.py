"""The anonymised copy, made in a process of its own: what is in the mail was written by a stranger,
and may make the work slow, huge or break it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

SECONDS = 60
"""Of CPU. The largest mail that is copied takes a quarter of it."""
_WALL_SECONDS = 180
"""Seconds by the clock, on a machine busy with other things."""
_MEMORY = 2 * 1024 * 1024 * 1024


class NoCopyError(Exception):
    """The copy cannot be made. The text says why."""


def anonymise_apart(raw: bytes, *, seconds: int = SECONDS) -> bytes:
    """What :func:`mailgate.anonymise.anonymise.anonymise` makes of a mail, with a random key.

    :param seconds: of CPU that it may take.
    :raises NoCopyError: it took too long or too much memory, or broke off.
    """
    try:
        made = subprocess.run(
            [sys.executable, "-m", "mailgate.anonymise.anonymise", str(seconds), str(_MEMORY)],
            input=raw,
            capture_output=True,
            cwd=Path(__file__).parents[2],
            timeout=_WALL_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise NoCopyError("it took too long") from None
    if made.returncode:
        raise NoCopyError(f"it broke off (status {made.returncode})")
    return made.stdout

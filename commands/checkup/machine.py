"""This machine: room on the disk, who may read what, what the clocks say."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from commands.checkup.findings import Finding, fail, ok, warn
from helpdesk.settings import MIB, Settings
from mailgate.smtp.server import disk_is_low

SCARCE = 1024 * MIB
"""Bytes: below this it is time to look."""
DRIFT = (2.0, 60.0)
"""Seconds between two clocks: from the first on to be looked at, from the second on broken."""


def disk(settings: Settings) -> Finding:
    """Whether there is room for mail."""
    folder = settings.data_dir
    try:
        room = os.statvfs(folder)
        low = disk_is_low(folder, settings.smtp_size)
    except OSError as problem:
        return fail("disk", f"{folder}: {problem.strerror}", "see that the folder exists")
    free = room.f_bavail * room.f_frsize
    said = f"{_size(free)} free in {folder}"
    if low:
        return fail("disk", f"{said}: mail is refused with 452", "make room, or use a larger disk")
    if free < SCARCE:
        return warn("disk", said, "make room before it is full")
    return ok("disk", said)


def permissions(settings: Settings) -> list[Finding]:
    """Whether Postdesk, and nobody else, gets at its data and its secret."""
    folder, secret = settings.data_dir, settings.data_dir / "secret_key"
    found = [_folder(folder)]
    if secret.exists():
        found.append(_secret(secret))
    elif not os.environ.get("POSTDESK_SECRET_KEY"):
        found.append(
            warn("secret key", f"{secret} is not there", "start Postdesk once as its own user")
        )
    return found


def _folder(folder: Path) -> Finding:
    if not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
        return fail(
            "data folder",
            f"{folder} cannot be written by this user",
            f"run this as Postdesk's user, or give it the folder: chown -R postdesk {folder}",
        )
    mode = stat.S_IMODE(folder.stat().st_mode)
    if mode & stat.S_IWOTH:
        return fail("data folder", f"{folder} may be written by anybody", f"chmod o-w {folder}")
    if mode & stat.S_IROTH:
        return warn(
            "data folder",
            f"{folder} may be listed by anybody on this machine",
            f"chmod o-rwx {folder}",
        )
    return ok("data folder", f"{folder} is Postdesk's own")


def _secret(path: Path) -> Finding:
    mode = stat.S_IMODE(path.stat().st_mode)
    if mode & 0o077:
        return fail("secret key", f"{path} may be read by others ({mode:04o})", f"chmod 600 {path}")
    return ok("secret key", f"{path} may be read by its owner alone")


def clock(others: dict[str, float]) -> list[Finding]:
    """What other clocks say, beside this machine's.

    :param others: by what the clock belongs to, the seconds that it is ahead of this machine's.
    """
    found = []
    for whose, ahead in others.items():
        apart = abs(ahead)
        text = f"{apart:.1f} s from that of {whose}"
        advice = "keep both machines' clocks right with NTP (timedatectl set-ntp true)"
        if apart >= DRIFT[1]:
            found.append(fail("clock", text, advice))
        elif apart >= DRIFT[0]:
            found.append(warn("clock", text, advice))
        else:
            found.append(ok("clock", text))
    return found


def disk_time(folder: Path) -> float | None:
    """The file system's clock, in seconds since the epoch; None where nothing can be written."""
    probe = folder / f".clock.{os.getpid()}"
    try:
        probe.touch(mode=0o600)
        try:
            return probe.stat().st_mtime
        finally:
            probe.unlink()
    except OSError:
        return None


def _size(count: int) -> str:
    for unit in ("bytes", "KiB", "MiB", "GiB"):
        if count < 1024:
            return f"{count:.0f} {unit}"
        count //= 1024
    return f"{count} TiB"

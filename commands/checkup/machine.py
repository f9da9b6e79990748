"""This machine: room on the disk, who may read what, what the clocks say."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from commands.checkup.findings import Finding, fail, ok, warn
from helpdesk.disks import Disk, Room
from helpdesk.disks import disks as all_disks
from helpdesk.settings import Settings, unknown_settings

DRIFT = (2.0, 60.0)
"""Seconds between two clocks: from the first on to be looked at, from the second on broken."""


def setting_names() -> list[Finding]:
    """Whether each name that is written down as a setting is one: a line for each that is not."""
    return [
        warn(
            "settings",
            f"{one.name} ({one.where or 'the environment'}) is no setting, and changes nothing",
            f"is {one.meant} meant?" if one.meant else "take it away",
        )
        for one in unknown_settings()
    ] or [ok("settings", "each name is one")]


def disks(settings: Settings) -> list[Finding]:
    """Whether there is room for mail, and for all else that is written: a line a disk."""
    found = [_disk(disk) for disk in all_disks(settings)]
    return found or [
        fail("disk", f"{settings.data_dir} cannot be looked at", "see that the folder exists")
    ]


def _disk(disk: Disk) -> Finding:
    text = f"{disk.said} ({disk.folder})"
    if disk.room is Room.ENOUGH:
        return ok("disk", text)
    if disk.stops_mail:
        return fail("disk", text, "make room, or use a larger disk: all goes on by itself then")
    return warn("disk", text, "make room before it is full")


def data_folder(settings: Settings) -> Finding:
    """Whether Postdesk, and nobody else, gets at its data."""
    folder = settings.data_dir
    if not folder.exists():
        return warn(
            "data folder",
            f"{folder} is not there yet",
            "a part makes it at its start; else see POSTDESK_DATA_DIR",
        )
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


def secret_key(settings: Settings) -> Finding:
    """Whether others may read the secret, where it stands in the data folder."""
    path = settings.data_dir / "secret_key"
    if not path.exists():  # else it would have been made when the settings were read
        return ok("secret key", "it stands in the settings")
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

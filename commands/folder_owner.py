"""Whose data folder it is: commands run as its owner, and it is closed to all others."""

from __future__ import annotations

import os
import pwd
from contextlib import suppress
from pathlib import Path

import click

from helpdesk.setting_sources import LOCAL, SYSTEM


def enter(data_dir: Path) -> None:
    """Go on as the owner of the data folder (see :func:`become_owner_of`), closed to others.

    What is written from here on is for the owner alone: mails, secrets, the database.
    """
    become_owner_of(data_dir)
    os.umask(0o077)
    with suppress(OSError):
        if data_dir.stat().st_mode & 0o077:
            data_dir.chmod(0o700)
            click.echo(f"{data_dir} was open to other users; it is closed now (0700).", err=True)


def become_owner_of(data_dir: Path) -> None:
    """Go on as the owner of the data folder, where root asked; stop anybody else.

    A file that root left in there answers every page with an error, and no backup can read it.
    """
    try:
        owner = data_dir.stat()
    except OSError:  # not there yet, or not to be looked at: making it will tell
        return
    if owner.st_uid == os.geteuid():
        return
    name = _name_of(owner.st_uid)
    if os.geteuid() != 0:
        me = _name_of(os.geteuid())
        raise click.ClickException(
            f"{data_dir} belongs to {name}, and you are {me}: run this as {name}, "
            f"such as `sudo -u {name} postdesk …`."
        )
    seen = LOCAL.absolute() if LOCAL.is_file() else None
    if name.isdigit():  # of a container, say: known by number alone
        os.setgroups([owner.st_gid])
    else:
        os.initgroups(name, owner.st_gid)
    os.setgid(owner.st_gid)
    os.setuid(owner.st_uid)
    try:
        os.environ["HOME"] = pwd.getpwuid(owner.st_uid).pw_dir
    except KeyError:
        os.environ["HOME"] = str(data_dir)
    if seen and not os.access(seen, os.R_OK):
        raise click.ClickException(
            f"{seen} cannot be read by {name}, as whom this goes on: put its lines into "
            f"{SYSTEM}, or run this in another folder."
        )


def _name_of(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)

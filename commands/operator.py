"""Who is at the command line, as the log names them."""

from __future__ import annotations

import os
import pwd
from contextlib import suppress

from helpdesk.actor import Actor, operator_named


def _system_user() -> str:
    """The system user's name; who called sudo, where root was asked for by it."""
    number = os.getuid()
    if number == 0 and os.environ.get("SUDO_USER"):
        return f"{os.environ['SUDO_USER']}, by sudo"
    with suppress(KeyError):
        return pwd.getpwuid(number).pw_name
    return str(number)


# Asked at once: a command goes on as the owner of the data folder.
_NAME = _system_user()


def operator() -> Actor:
    """The operator, who may do whatever an admin may."""
    return operator_named(_NAME)

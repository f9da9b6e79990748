"""Commands at the beginning of a mail: ``#resolve``, ``#assign me``, ``#note``. Only read here."""

from __future__ import annotations

import re
from dataclasses import dataclass

from helpdesk.text import clean_line

_COMMAND = re.compile(r"#([a-z][a-z_-]{1,19})(?:[ \t:]+(.*))?", re.IGNORECASE)
MOST = 10


@dataclass(frozen=True)
class Command:
    """One line: ``#assign  me`` is the name ``assign`` with the argument ``me``."""

    name: str
    """In lower case."""
    argument: str
    line: str


def read_commands(text: str) -> tuple[list[Command], str]:
    """The commands that a text begins with, and the text after them.

    Blank lines between them are passed over; the first line that is none ends them, so that a ``#``
    further down is text.
    """
    commands: list[Command] = []
    lines = text.strip("\n").split("\n")
    while lines and len(commands) < MOST:
        # Editors leave marks that nobody sees: by one of them a note would become an answer.
        line = clean_line(lines[0], len(lines[0]))
        found = _COMMAND.fullmatch(line)
        if line and not found:
            break
        lines.pop(0)
        if found:
            commands.append(Command(found[1].lower(), (found[2] or "").strip(), line))
    return commands, "\n".join(lines).strip("\n")

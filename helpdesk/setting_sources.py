"""Where settings are written down: the environment, a settings file, ``.env``, ``/etc``.

The environment wins over the settings file (``--settings FILE`` or ``POSTDESK_SETTINGS``), that
over ``.env`` in the current folder, that over ``/etc/postdesk.env``. A secret may stand in a file
of its own, which ``POSTDESK_NAME_FILE`` names.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

PREFIX = "POSTDESK_"
_OTHERS = "AWS_"
"""What others named, and is read as they do."""
CHOSEN = f"{PREFIX}SETTINGS"
LOCAL = Path(".env")
SYSTEM = Path("/etc/postdesk.env")
SECRETS = frozenset(
    {
        "SECRET_KEY",
        "OLD_SECRET_KEYS",
        "DATABASE_URL",
        "REDIS_URL",
        "RELAY_URL",
        "FALLBACK_RELAY_URL",
        "METRICS_TOKEN",
        "OAUTH_GOOGLE_CLIENT_SECRET",
        "OAUTH_MICROSOFT_CLIENT_SECRET",
    }
)
"""What holds a secret, and so may stand in a file of its own."""
_LARGEST_SECRET = 64 * 1024


class UnreadableSettings(Exception):
    """A file of settings cannot be read. The text is one line that names it."""


@dataclass(frozen=True)
class Written:
    """A setting as somebody wrote it down, and where: empty for the environment."""

    text: str
    where: str = ""


def written_settings(environ: Mapping[str, str], *, files: bool = True) -> dict[str, Written]:
    """Collect the ``POSTDESK_*`` and ``AWS_*`` values by their names; what wins hides the others.

    :param environ: the environment.
    :param files: whether settings files are looked at too.
    :raises UnreadableSettings: a file is there and cannot be read, or the chosen one is not there.
    """
    found: dict[str, Written] = {}
    if files:
        chosen = environ.get(CHOSEN, "")
        for path in (SYSTEM, LOCAL, *([Path(chosen)] if chosen else [])):
            found |= dict(_of_file(path, must_exist=str(path) == chosen))
    return found | {
        name: Written(text) for name, text in environ.items() if name.startswith((PREFIX, _OTHERS))
    }


def whole_value(found: Mapping[str, Written], name: str) -> Written | None:
    """Return a setting by its short name: what is written, or what its ``…_FILE`` holds.

    The last newline of such a file is cut.

    :raises UnreadableSettings: the file cannot be read, or both are set.
    """
    plain = f"{PREFIX}{name}"
    written = found.get(plain)
    by_file = found[f"{plain}_FILE"].text.strip() if f"{plain}_FILE" in found else ""
    if name not in SECRETS or not by_file:
        return written
    if written and written.text.strip():
        raise UnreadableSettings(f"{plain} and {plain}_FILE are both set; take one away")
    return Written(_secret_in(Path(by_file), f"{plain}_FILE"), by_file)


def _secret_in(path: Path, name: str) -> str:
    try:
        with path.open("rb") as file:
            content = file.read(_LARGEST_SECRET + 1)
        if len(content) > _LARGEST_SECRET:
            raise UnreadableSettings(f"{name}: {path} is too long for a secret")
        return content.decode().removesuffix("\n").removesuffix("\r")
    except UnicodeDecodeError:
        raise UnreadableSettings(f"{name}: {path} is no text") from None
    except OSError as problem:
        raise UnreadableSettings(f"{name}: cannot read {path} ({problem.strerror})") from None


def _of_file(path: Path, *, must_exist: bool) -> Iterator[tuple[str, Written]]:
    try:
        lines = path.read_text("utf-8").splitlines()
    except FileNotFoundError:
        if must_exist:
            raise UnreadableSettings(f"{CHOSEN}: there is no file {path}") from None
        return
    except UnicodeDecodeError:
        raise UnreadableSettings(f"{path}: this is no text in UTF-8") from None
    except OSError as problem:
        # Root's command goes on as the data folder's owner, to whom root's own folder is closed.
        if path == LOCAL and not os.access(path.parent, os.X_OK):
            return
        raise UnreadableSettings(f"{path}: cannot be read ({problem.strerror})") from None
    for number, line in enumerate(lines, 1):
        plain = line.strip().removeprefix("export ").lstrip()
        if not plain or plain.startswith("#"):
            continue
        name, equals, value = plain.partition("=")
        if not equals:
            raise UnreadableSettings(f"{path}, line {number}: this is no NAME=value")
        yield name.strip(), Written(_unquoted(value.strip()), f"{path}, line {number}")


def _unquoted(value: str) -> str:
    if len(value) >= 2 and value[0] == value[-1] and value[0] in "\"'":
        return value[1:-1]
    return value

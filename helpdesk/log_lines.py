"""What may stand in the log: ids, numbers and reasons, and nothing of a mail or a person."""

from __future__ import annotations

import re
import traceback
from collections.abc import MutableMapping
from pathlib import Path
from types import TracebackType
from typing import Any

_NAMES_SOMEBODY = re.compile(r"\S*@\S*|[\w-]+(?:\.[\w-]+)+", re.UNICODE)
_QUOTED = re.compile(r"“[^”]*”|\"[^\"]*\"")
_ABOUT_CODE = (AttributeError, ImportError, NameError, NotImplementedError)
"""Their texts speak of the program; those of others may hold what somebody wrote."""
_MOST_CAUSES = 5
_MOST_FRAMES = 12


def impersonal(reason: str) -> str:
    """A reason less the addresses, domains and quoted words in it."""
    return _NAMES_SOMEBODY.sub("…", _QUOTED.sub("“…”", reason))


def plain_trace(_logger: Any, _method: str, line: MutableMapping[str, Any]) -> Any:
    """Write a line's exception as its kinds and where it came from, without its texts.

    A processor of structlog. An exception's text may quote a mail, and a database's error has the
    values that were to be stored.
    """
    problem = line.pop("exc_info", None)
    if problem is True:
        import sys

        problem = sys.exc_info()
    if isinstance(problem, tuple):
        problem = problem[1]
    if isinstance(problem, BaseException):
        line["exception"] = " < ".join(_told(problem))
    return line


def _told(problem: BaseException) -> list[str]:
    told: list[str] = []
    one: BaseException | None = problem
    while one is not None and len(told) < _MOST_CAUSES:
        words = f" ({one})" if isinstance(one, _ABOUT_CODE) else ""
        told.append(f"{type(one).__name__}{words} at {_where(one.__traceback__)}")
        one = one.__cause__ or (None if one.__suppress_context__ else one.__context__)
    return told


def _where(trace: TracebackType | None) -> str:
    frames = traceback.extract_tb(trace)[-_MOST_FRAMES:]
    places = [f"{'/'.join(Path(f.filename).parts[-3:])}:{f.lineno} {f.name}" for f in frames]
    return ", ".join(reversed(places)) or "nowhere"

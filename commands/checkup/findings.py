"""What a check found: fine, to be looked at, or broken; and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

State = Literal["ok", "warn", "fail"]


@dataclass(frozen=True)
class Finding:
    """One line of the doctor's. ``advice`` says what to do; empty where all is well."""

    name: str
    state: State
    text: str
    advice: str = ""


def ok(name: str, text: str) -> Finding:
    """All is well."""
    return Finding(name, "ok", text)


def warn(name: str, text: str, advice: str) -> Finding:
    """Works, but not as well as it should; or nobody knows."""
    return Finding(name, "warn", text, advice)


def fail(name: str, text: str, advice: str) -> Finding:
    """Mail is lost, refused or delayed because of this."""
    return Finding(name, "fail", text, advice)

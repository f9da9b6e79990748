"""What a transaction knows not to be there, because it asked for many at once."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy.orm import Session

_ABSENT = "postdesk_absent:"


def note_absent(session: Session, what: str, values: Iterable[str]) -> None:
    """Note that there is nothing of these names."""
    session.info.setdefault(_ABSENT + what, set()).update(values)


def is_absent(session: Session, what: str, value: str) -> bool:
    """Whether that was noted. False tells nothing: whoever needs to know asks."""
    return value in session.info.get(_ABSENT + what, ())


def is_there_now(session: Session, what: str, value: str) -> None:
    """Note that it was added meanwhile."""
    session.info.get(_ABSENT + what, set()).discard(value)

"""What a field must hold: the same limits for pages, the API and the commands."""

from __future__ import annotations

from collections.abc import Container

from helpdesk.errors import InvalidInput
from helpdesk.text import clean_line, clean_text

SUBJECT_LENGTH = (3, 200)
TEXT_LENGTH = (1, 10_000)
ANSWER_LENGTH = 100_000
"""An answer written on the desk or the tracking page may be long; the API's is at most 2,000."""


def subject(value: str) -> str:
    """A subject someone typed: 3 to 200 characters.

    :raises InvalidInput: naming the field.
    """
    line = clean_line(value, 1000)
    least, most = SUBJECT_LENGTH
    if not least <= len(line) <= most:
        raise InvalidInput("subject", f"The subject needs {least} to {most} characters.")
    return line


def message(value: str, field: str, most: int = ANSWER_LENGTH) -> str:
    """A text someone typed: not empty, at most ``most`` characters.

    :raises InvalidInput: naming the field.
    """
    cleaned = clean_text(value)
    if not cleaned.strip():
        raise InvalidInput(field, "Please write something first.")
    if len(cleaned) > most:
        raise InvalidInput(
            field, f"This is too long: {len(cleaned):,} characters, where {most:,} are allowed."
        )
    return cleaned


def one_of(value: str, allowed: Container[str], field: str) -> str:
    """One of the names that this field knows.

    :raises InvalidInput: naming the field.
    """
    if value not in allowed:
        raise InvalidInput(field, f"There is no {field} “{clean_line(value, 40)}”.")
    return value

"""What a field must hold: the same limits for pages, the API and the commands."""

from __future__ import annotations

import re
from collections.abc import Container
from enum import StrEnum
from types import TracebackType
from typing import TypeVar

from helpdesk.addr_spec import may_be_heard
from helpdesk.errors import InvalidInput
from helpdesk.text import clean_line, clean_text, fold_address
from helpdesk.vocabulary import mark

_Kind = TypeVar("_Kind", bound=StrEnum)

SUBJECT_LENGTH = (3, 200)
TEXT_LENGTH = (1, 10_000)
ANSWER_LENGTH = 100_000
"""An answer written on the desk or the tracking page may be long; the API's is at most 2,000."""
AMOUNT = r"[0-9]{1,12}(\.[0-9]{1,4})?"
"""An amount of money: a decimal number as text, such as “49.90”."""
CURRENCY = r"[A-Z]{3}"
"""A currency's letters in ISO 4217."""


class Fields:
    """Looks at several fields, so that whoever filled them in is told of all at once.

    Each is checked in a ``with`` of its own; :meth:`check` then says what did not hold.
    """

    def __init__(self) -> None:
        self._found: dict[str, InvalidInput] = {}

    def __enter__(self) -> Fields:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> bool:
        if not isinstance(error, InvalidInput):
            return False
        self._found.setdefault(error.field, error)
        return True

    def check(self) -> None:
        """Go on only where all fields hold.

        :raises InvalidInput: naming each that does not.
        """
        if self._found:
            first, *others = self._found.values()
            first.others = tuple(others)
            raise first


def subject(value: str) -> str:
    """A subject someone typed: 3 to 200 characters.

    :raises InvalidInput: naming the field.
    """
    line = clean_line(value, 1000)
    least, most = SUBJECT_LENGTH
    if not least <= len(line) <= most:
        raise InvalidInput(
            "subject",
            mark("The subject needs {least} to {most} characters."),
            least=str(least),
            most=str(most),
        )
    return line


def message(value: str, field: str, most: int = ANSWER_LENGTH) -> str:
    """A text someone typed: not empty, at most ``most`` characters.

    :raises InvalidInput: naming the field.
    """
    cleaned = clean_text(value)
    if not cleaned.strip():
        raise InvalidInput(field, mark("Please write something first."))
    if len(cleaned) > most:
        raise InvalidInput(
            field,
            mark("This is too long: {count} characters, where {most} are allowed."),
            count=f"{len(cleaned):,}",
            most=f"{most:,}",
        )
    return cleaned


def one_of(value: str, allowed: Container[str], field: str) -> str:
    """One of the names that this field knows.

    :raises InvalidInput: naming the field.
    """
    if value not in allowed:
        raise InvalidInput(field, f"There is no {field} “{clean_line(value, 40)}”.")
    return value


def member_of(kind: type[_Kind], value: str, field: str) -> _Kind:
    """The member that this text names.

    :raises InvalidInput: naming the field.
    """
    return kind(one_of(value, [member.value for member in kind], field))


def amount(value: str, field: str) -> str:
    """An amount of money, or nothing.

    :raises InvalidInput: naming the field.
    """
    if value and not re.fullmatch(AMOUNT, value, re.ASCII):
        raise InvalidInput(field, "This is no amount, such as “49.90”.")
    return value


def currency(value: str, field: str) -> str:
    """A currency's three letters, or nothing.

    :raises InvalidInput: naming the field.
    """
    if value and not re.fullmatch(CURRENCY, value):
        raise InvalidInput(field, "A currency has three capital letters, such as “EUR”.")
    return value


def sender_rule(address: str) -> str:
    """What a rule about a sender is for: an address, or ``@`` and a domain, in lower case.

    :raises InvalidInput: (``address``) it is neither.
    """
    folded = fold_address(address)
    if not may_be_heard("someone" + folded if folded.startswith("@") else folded):
        raise InvalidInput(
            "address", "Give an address, such as ann@mail.example, or a domain: @mail.example."
        )
    return folded

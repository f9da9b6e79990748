"""Order numbers in what people write: which words of a text may be one, and how it may be spelled.

Pure functions. What is found is only a candidate: it counts where the customer has such an order.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

NUMBER = re.compile(r"[A-Za-z0-9#][A-Za-z0-9._#-]{0,63}")
"""An order's number: what shops use, and what stands in an address without trouble."""

MOST_CANDIDATES = 20
_LEAST_CHARACTERS = 4
"""Shorter ones are amounts, sizes and dates; with a “#” before it a short one counts as well."""
_MOST_CHARACTERS = 64
_READ = 5_000
"""Characters of a text that are looked at."""
# Not \b: in “注文10088の件” the number stands between letters of another script. It begins where a
# word does, so that a long word without a digit is walked through once.
_WORD = re.compile(r"(?<![A-Za-z0-9._#-])[A-Za-z0-9._#-]*[0-9][A-Za-z0-9._#-]*")


def order_numbers(texts: Iterable[str]) -> tuple[str, ...]:
    """The words of some texts that may be an order's number, in the order in which they stand."""
    words = (word for text in texts for word in _WORD.findall(text[:_READ]))
    numbers = (word.lstrip("._-").rstrip("._#-") for word in words)
    found: dict[str, None] = {}
    for number in filter(_may_be_a_number, numbers):
        found[number] = None
        if len(found) == MOST_CANDIDATES:
            break
    return tuple(found)


def _may_be_a_number(word: str) -> bool:
    least = 1 if word.startswith("#") else _LEAST_CHARACTERS
    return least <= len(word) <= _MOST_CHARACTERS


def spellings(number: str) -> tuple[str, ...]:
    """A number as its shop may have written it: with or without “#”, in either case.

    None where it cannot be one, so that whatever somebody typed may be looked up.
    """
    bare = number.strip().lstrip("#")
    if not NUMBER.fullmatch(bare):
        return ()
    return tuple(
        dict.fromkeys(
            spelled
            for written in (bare, bare.upper(), bare.lower())
            for spelled in (written, f"#{written}")
        )
    )

"""Domains: their ASCII form, the organisation they belong to, and when two are aligned."""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING

from helpdesk.addr_spec import wire_domain

if TYPE_CHECKING:
    from publicsuffixlist import PublicSuffixList

_LONGEST = 253
_HOST = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63})+")


def ascii_domain(text: str) -> str:
    """A domain in lower case and A-labels (RFC 5890), or empty where it is none."""
    text = text.strip().rstrip(".").lower()
    if not text or len(text) > _LONGEST:  # the IDNA codec's time grows with the square
        return ""
    try:
        name = text if text.isascii() else wire_domain(text)
    except UnicodeError:
        return ""
    return name if _HOST.fullmatch(name) else ""


def domain_of(address: str) -> str:
    """The domain of an address in its ASCII form; empty for none, and for an address literal."""
    return ascii_domain(address.rpartition("@")[2])


def organisation(domain: str) -> str:
    """The organisational domain (RFC 7489 3.2), by the public suffix list.

    A domain whose suffix is not on the list belongs to nobody but itself: guessing “the last two
    labels” would align strangers.
    """
    return _suffixes().privatesuffix(domain) or domain


def aligned(one: str, other: str, *, strict: bool = False) -> bool:
    """Whether two domains are aligned (RFC 7489 3.1)."""
    if not one or not other:
        return False
    if strict or one == other:
        return one == other
    return organisation(one) == organisation(other)


@functools.cache
def _suffixes() -> PublicSuffixList:
    from publicsuffixlist import PublicSuffixList  # 40 ms, spent only where a mail needs it

    return PublicSuffixList(accept_unknown=False)

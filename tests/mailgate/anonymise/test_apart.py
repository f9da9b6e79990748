"""A copy is made in a process of its own, which may be ended."""

from __future__ import annotations

import pytest

from mailgate.anonymise.apart import NoCopyError, anonymise_apart


def test_no_mail_makes_a_copy_slow() -> None:
    """One that never ends: read through for each beginning, it would take hours of CPU."""
    raw = b"From: a@mail.example\n\n" + b"begin 644 a\n" * 150_000
    assert len(anonymise_apart(raw, seconds=20)) == len(raw)


def test_what_cannot_be_copied_stops_nothing() -> None:
    with pytest.raises(NoCopyError):
        anonymise_apart(b"From: a@mail.example\n\n" + b"word " * 5_000_000, seconds=1)

"""Secrets at rest: they open with the installation's secret, old or new, and with no other."""

from __future__ import annotations

import pytest

from helpdesk.sealing import CannotOpen, seal, unseal


def test_it_opens_with_the_same_secret_and_with_an_old_one() -> None:
    sealed = seal("pässword", "now", "mailbox password")
    assert "pässword" not in sealed
    assert unseal(sealed, ["now"], "mailbox password") == "pässword"
    assert unseal(sealed, ["newer", "now"], "mailbox password") == "pässword"


def test_twice_it_looks_different() -> None:
    assert seal("same", "key", "x") != seal("same", "key", "x")


@pytest.mark.parametrize("keys", [["other"], []])
def test_it_opens_with_no_other(keys: list[str]) -> None:
    with pytest.raises(CannotOpen):
        unseal(seal("password", "key", "x"), keys, "x")


def test_it_opens_for_nothing_else() -> None:
    with pytest.raises(CannotOpen):
        unseal(seal("password", "key", "x"), ["key"], "y")


@pytest.mark.parametrize("sealed", ["", "1:", "1:AAAA", "1:ä", "junk"])
def test_what_is_damaged_opens_not(sealed: str) -> None:
    with pytest.raises(CannotOpen):
        unseal(sealed, ["key"], "x")

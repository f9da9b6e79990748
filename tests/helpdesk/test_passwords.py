"""Passwords: hashed with salt, compared without telling whether there is an account."""

from __future__ import annotations

import re

import pytest
from argon2 import PasswordHasher

from helpdesk import passwords
from helpdesk.errors import InvalidInput
from helpdesk.passwords import LONGEST, hash_password, made_up, matches

PASSWORD = "correct horse battery"


@pytest.fixture(autouse=True)
def _as_slow_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    """All other tests hash quickly."""
    monkeypatch.setattr(passwords, "_argon2", PasswordHasher())


def test_a_password_matches_its_own_hash_alone() -> None:
    hashed = hash_password(PASSWORD)
    assert PASSWORD not in hashed
    assert hashed != hash_password(PASSWORD), "each has a salt of its own"
    assert matches(PASSWORD, hashed)
    for wrong in ("", PASSWORD + " ", PASSWORD.upper(), "x" * (LONGEST + 1), "\ud800" * 12):
        assert not matches(wrong, hashed)


@pytest.mark.parametrize("wrong", ["", "nine char", "x" * (LONGEST + 1), "\ud800" * 12])
def test_what_cannot_be_a_password_is_refused_by_field(wrong: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        hash_password(wrong)
    assert refused.value.field == "password"


def test_without_an_account_nothing_matches() -> None:
    assert not matches(PASSWORD, None)
    assert not matches(PASSWORD, "")
    assert not matches("", None)


def test_a_password_that_is_made_up_can_be_read_aloud_and_used() -> None:
    password = made_up()
    assert re.fullmatch(r"([a-hj-km-np-z2-9]{4}-){3}[a-hj-km-np-z2-9]{4}", password)
    assert password != made_up()
    assert matches(password, hash_password(password))

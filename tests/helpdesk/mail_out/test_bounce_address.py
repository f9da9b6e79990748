"""Bounce addresses: they name the mail that came back, and only we can make them."""

from __future__ import annotations

import pytest

from helpdesk.mail_out.bounce_address import (
    bounce_address,
    bounce_token,
    read_bounce_address,
    read_bounce_token,
)
from tests.conftest import SECRET

MAILBOX = "support@shop.example"


def test_a_bounce_address_names_its_mail_in_any_case() -> None:
    address = bounce_address(SECRET, MAILBOX, 7)
    assert address.startswith("support+b7-")
    assert address.endswith("@shop.example")
    assert read_bounce_address((SECRET,), address) == 7
    assert read_bounce_address((SECRET,), address.upper()) == 7


@pytest.mark.parametrize("mail_id", [1, 10**18])
def test_a_token_has_19_to_37_characters(mail_id: int) -> None:
    token = bounce_token(SECRET, mail_id)
    assert 19 <= len(token) <= 37
    assert read_bounce_token((SECRET,), f" {token} ") == mail_id


def test_a_forged_token_names_nothing() -> None:
    token = bounce_token(SECRET, 7)
    for forged in (
        bounce_token("another" * 8, 7),
        token.replace("b7", "b8"),
        token[:-1],
        "b7-",
        "",
    ):
        assert read_bounce_token((SECRET,), forged) is None
    assert read_bounce_address((SECRET,), MAILBOX) is None


def test_a_local_part_that_would_be_too_long_stays_plain() -> None:
    longest = "a" * 60 + "@shop.example"
    assert bounce_address(SECRET, longest, 7) == longest

"""What may stand in RCPT TO."""

from __future__ import annotations

import pytest

from helpdesk.addr_spec import is_address


@pytest.mark.parametrize(
    ("address", "holds"),
    [
        ("ann@mail.example", True),
        ("admin@localhost", True),
        ("o'brien+tag@mail.example", True),
        ("jürgen@bücher.example", True),
        ("ann@exa_mple.org", False),
        ("a@a <v@v>", False),
        ("ann@mail.example\n", False),
        ("ann@[127.0.0.1]", False),
        ("x" * 65 + "@mail.example", False),
        ("", False),
    ],
)
def test_what_is_an_address_that_mail_can_go_to(address: str, holds: bool) -> None:
    assert is_address(address) is holds

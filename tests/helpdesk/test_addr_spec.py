"""What may stand in RCPT TO, and who may write to us."""

from __future__ import annotations

import pytest

from helpdesk.addr_spec import is_address, may_be_heard


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


@pytest.mark.parametrize(
    ("address", "heard"),
    [
        ("ann@mail.example", True),
        ("ann..smith@docomo.example", True),
        (".ann.@docomo.example", True),
        ('"ann."@docomo.example', True),
        ("x" * 90 + "@relay.example", True),
        ("ann@mail_out.example", True),
        ("a@a <v@v>", False),
        ("a,b@mail.example", False),
        ("ann@mail.example\n", False),
        ("x" * 300 + "@mail.example", False),
        ("ann@mail..example", False),
        ("ann", False),
        ("", False),
    ],
)
def test_whose_mail_is_filed(address: str, heard: bool) -> None:
    assert may_be_heard(address) is heard

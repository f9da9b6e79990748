"""What may stand in RCPT TO, and who may write to us."""

from __future__ import annotations

import pytest

from helpdesk.addr_spec import is_address, may_be_heard, spellings, wire_domain


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


@pytest.mark.parametrize(
    ("domain", "wire"),
    [
        ("mail.example", "mail.example"),
        ("Bücher.example", "xn--bcher-kva.example"),
        ("straße.example", "xn--strae-oqa.example"),
        ("STRAẞE.example", "xn--strae-oqa.example"),
        ("βόλος.example", "xn--nxasmm1c.example"),
        ("mail。straße．example", "mail.xn--strae-oqa.example"),
    ],
)
def test_a_domain_goes_over_the_wire_as_itself(domain: str, wire: str) -> None:
    assert wire_domain(domain) == wire


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("support@bücher.example", "support@xn--bcher-kva.example"),
        ("büro@mail.straße.example", "büro@mail.xn--strae-oqa.example"),
        ("bücher.example", "xn--bcher-kva.example"),
    ],
)
def test_a_domain_has_two_spellings(one: str, other: str) -> None:
    assert spellings(one) == (one, other)
    assert spellings(other) == (other, one)


@pytest.mark.parametrize(
    "alone",
    ["ann@mail.example", "a.list.id", "", "@", "a@xn--.example", "a@xn--mail-.example",
     "a@xn--ü.example", "a@" + "ß" * 70 + ".example", "a@xn--99999999999.example"],
)  # fmt: skip
def test_what_has_no_other_spelling_stands_alone(alone: str) -> None:
    assert spellings(alone) == (alone,)


def test_what_is_no_domain_has_no_form_for_the_wire() -> None:
    for domain in ("ß" * 70 + ".example", "ß..example"):
        with pytest.raises(UnicodeError):
            wire_domain(domain)

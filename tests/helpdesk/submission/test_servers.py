"""Which server takes the mail of an account."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from helpdesk.imap.hosters import HOSTERS
from helpdesk.submission.servers import (
    SENDING_SERVERS,
    find_sending,
    is_same_hoster,
    keeps_copy,
    known_sending,
)


def nobody(name: str, kind: str) -> Sequence[str]:
    return []


def test_each_hoster_that_is_fetched_from_has_one() -> None:
    assert {one.host for one in HOSTERS} == set(SENDING_SERVERS)


def test_it_is_found_by_the_address_or_where_its_mail_is() -> None:
    found = find_sending("shop@gmail.com", ask=nobody)
    assert found
    assert (found.server.host, found.server.port, found.server.keeps_copy) == (
        "smtp.gmail.com",
        587,
        True,
    )
    assert keeps_copy("smtp.gmail.com")
    assert not keeps_copy("smtp.ionos.de")
    fetched = known_sending("support@shop.example", "imap.ionos.de")
    assert fetched
    assert fetched.server.host == "smtp.ionos.de"
    assert known_sending("support@shop.example") is None


def test_it_is_found_by_what_the_domain_says() -> None:
    records = {
        ("_submissions._tcp.a.example", "SRV"): ["0 1 465 Smtp.a.example."],
        ("_submissions._tcp.b.example", "SRV"): ["0 0 0 ."],
        ("_submission._tcp.b.example", "SRV"): ["0 1 587 mail.b.example."],
        ("c.example", "MX"): ["10 aspmx.l.google.com."],
    }
    found = {
        name: find_sending(f"me@{name}", ask=lambda *asked: records.get(asked, []))
        for name in ("a.example", "b.example", "c.example", "d.example")
    }
    servers = {name: one and (one.server.host, one.server.port) for name, one in found.items()}
    assert servers == {
        "a.example": ("smtp.a.example", 465),
        "b.example": ("mail.b.example", 587),
        "c.example": ("smtp.gmail.com", 587),
        "d.example": None,
    }


@pytest.mark.parametrize(
    ("host", "fetched_from", "same"),
    [
        ("127.0.0.1", "127.0.0.1", True),
        ("smtp.office365.com", "outlook.office365.com", True),
        ("smtp.shop.example", "imap.shop.example", True),
        ("evil.shop.example", "imap.shop.example", False),
        ("smtp.evil.example", "imap.shop.example", False),
        ("smtp.example", "imap.example", False),
    ],
)
def test_a_password_goes_to_no_other_hoster(host: str, fetched_from: str, same: bool) -> None:
    assert is_same_hoster(host, fetched_from) is same

"""Addresses and dates in header fields."""

from __future__ import annotations

import pytest

from mailgate.parse.addresses import read_addresses, read_date
from mailgate.parse.mail import MailAddress


@pytest.mark.parametrize(
    ("field", "found"),
    [
        ("Ann <Ann@Example.ORG>", [MailAddress("Ann", "Ann@example.org")]),
        ("ann@example.org (Ann)", [MailAddress("Ann", "ann@example.org")]),
        (
            '"Doe, John" <j@example.org>, b@example.org',
            [MailAddress("Doe, John", "j@example.org"), MailAddress("", "b@example.org")],
        ),
        ("=?utf-8?q?Gr=C3=BCn?= <g@example.org>", [MailAddress("Grün", "g@example.org")]),
        ('"=?utf-8?q?Gr=C3=BCn?=" <g@example.org>', [MailAddress("Grün", "g@example.org")]),
        ("Gr\udcfcn <g@example.org>", [MailAddress("Grün", "g@example.org")]),
        ("Änn <änn@exämple.org>", [MailAddress("Änn", "änn@exämple.org")]),
        ("clement@example.com.", [MailAddress("", "clement@example.com.")]),
        ("Bob bb@example.com", [MailAddress("Bob", "bb@example.com")]),
        ('"finances@example.com"', [MailAddress("", "finances@example.com")]),
        (
            "Team: a@example.org, b@example.org;",
            [MailAddress("", "a@example.org"), MailAddress("", "b@example.org")],
        ),
        ("ann@m\udcc3\udcbcller.example", [MailAddress("", "ann@müller.example")]),
        (
            "J\udcc3\udcbcrgen <j\udcc3\udcbcrgen@m\udcc3\udcbcller.example>, b@example.org",
            [MailAddress("Jürgen", "jürgen@müller.example"), MailAddress("", "b@example.org")],
        ),
        ("undisclosed-recipients:;", []),
        ("<>", []),
        ("", []),
    ],
)  # fmt: skip
def test_addresses(field: str, found: list[MailAddress]) -> None:
    assert list(read_addresses([field])) == found


@pytest.mark.parametrize(
    ("field", "iso"),
    [
        ("Mon, 23 Nov 2026 10:44:36 +0200", "2026-11-23T08:44:36+00:00"),
        ("23 Nov 26 10:44 GMT (a comment)", "2026-11-23T10:44:00+00:00"),
        ("Thu Apr 29 2010 00:00:00 -0000", "2010-04-29T00:00:00+00:00"),
        ("yesterday", None),
        ("Mon, 99 Foo 99999 99:99:99", None),
        (None, None),
    ],
)
def test_dates(field: str | None, iso: str | None) -> None:
    found = read_date(field)
    assert (found.isoformat() if found else None) == iso


@pytest.mark.parametrize(
    ("field", "address"),
    [
        ('Ann <"ann."@docomo.example>', '"ann."@docomo.example'),
        ('"ann.." <"..ann"@docomo.example>', '"..ann"@docomo.example'),
        ('Ann <"ann"@mail.example>', "ann@mail.example"),
        ('Ann <"ann smith"@mail.example>', '"ann smith"@mail.example'),
        ("Ann <ann.@docomo.example>", "ann.@docomo.example"),
        ("'ann@mail.example'", "ann@mail.example"),
    ],
)
def test_local_parts_keep_the_quotes_that_they_need(field: str, address: str) -> None:
    assert [one.address for one in read_addresses([field])] == [address]

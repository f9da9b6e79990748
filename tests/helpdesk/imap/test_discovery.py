"""Where an address's mail server is: by the table, an SRV record, or who takes its mail."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from helpdesk.imap.discovery import Ask, FoundServer, find_server


def zone(**records: Sequence[str]) -> Ask:
    """DNS with these records: ``SRV=…, MX=…``."""
    return lambda _name, kind: records.get(kind, ())


def test_a_known_domain_needs_no_look_up() -> None:
    def fail(*_: str) -> Sequence[str]:
        raise AssertionError("it was looked up")

    found = find_server("Shop@GMX.de", fail)
    assert found
    assert (found.host, found.port) == ("imap.gmx.net", 993)


def test_what_the_domain_says_counts() -> None:
    ask = zone(SRV=["20 0 993 b.example.", "10 0 1993 a.example."], MX=["10 x.google.com."])
    found = find_server("support@shop.example", ask)
    assert found == FoundServer("a.example", 1993, "shop.example says so (SRV)")


def test_who_takes_its_mail_is_the_hoster() -> None:
    ask = zone(SRV=["0 0 0 ."], MX=["5 aspmx.l.google.com.", "1 mx.shop.example."])
    found = find_server("support@shop.example", ask)
    assert found
    assert found.host == "imap.gmail.com"
    assert "aspmx.l.google.com" in found.why


@pytest.mark.parametrize("address", ["", "me", "me@localhost", "me@shop.example"])
def test_nothing_says_which(address: str) -> None:
    assert find_server(address, zone(MX=["10 mx.notgoogle.com."])) is None

"""The DNS of a domain, with a zone of the test's own."""

from __future__ import annotations

import pytest

from commands.checkup.dns import Domain
from commands.checkup.findings import Finding
from tests.commands.conftest import healthy
from tests.mailgate.authenticate.zone import Zone


def look(zone: Zone, *selectors: str) -> dict[str, Finding]:
    """The findings of ``shop.example`` by their first word."""
    found = Domain("shop.example", zone, selectors or ("one",)).findings()
    return {finding.name.split()[0]: finding for finding in found}


def test_a_domain_that_is_in_order() -> None:
    found = look(healthy())
    assert {name: finding.state for name, finding in found.items()} == dict.fromkeys(
        ("MX", "SPF", "DKIM", "DMARC"), "ok"
    )
    assert found["MX"].text == "mx.shop.example"
    assert found["DMARC"].text == "policy quarantine"


SPF, DMARC, KEY = "shop.example", "_dmarc.shop.example", "one._domainkey.shop.example"


@pytest.mark.parametrize(
    ("name", "kind", "records", "what", "state", "words"),
    [
        ("shop.example", "MX", [], "MX", "fail", "nobody's mail can arrive"),
        ("shop.example", "MX", ["0 ."], "MX", "fail", "takes no mail"),
        (SPF, "TXT", [], "SPF", "warn", "spam"),
        (SPF, "TXT", ["v=spf1 ~all", "v=spf1 -all"], "SPF", "fail", "2 records"),
        (SPF, "TXT", ["v=spf1 a +all"], "SPF", "fail", "everybody"),
        (SPF, "TXT", ["v=spf10 -all"], "SPF", "warn", "none"),
        (DMARC, "TXT", [], "DMARC", "warn", "none"),
        (DMARC, "TXT", ["v=DMARC1; rua=mailto:a@b.example"], "DMARC", "fail", "no policy"),
        (KEY, "TXT", [], "DKIM", "fail", "there is none"),
        (KEY, "TXT", ["v=DKIM1; p="], "DKIM", "fail", "revoked"),
    ],
)
def test_what_is_wrong_with_a_domain(
    name: str, kind: str, records: list[str], what: str, state: str, words: str
) -> None:
    zone = healthy()
    zone.records[name, kind] = records
    found = look(zone)
    assert (found[what].state, words in found[what].text) == (state, True), found[what]
    assert found[what].advice
    assert [each.state for each in found.values()].count("ok") == 3


def test_without_dns_nothing_fails_and_all_of_it_says_so() -> None:
    zone = healthy()
    zone.silent.add("*")
    found = look(zone)
    assert {finding.state for finding in found.values()} == {"warn"}
    assert all("cannot be checked" in finding.text for finding in found.values())

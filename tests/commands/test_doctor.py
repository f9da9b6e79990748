"""``postdesk doctor``: what is well, what is not, and what to do; with a zone of the test's own."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from commands.checkup import certificate, machine, services
from commands.checkup.dns import Domain
from commands.checkup.findings import Finding
from commands.doctor import examine
from helpdesk import heartbeat
from helpdesk.db import Database, connect
from helpdesk.settings import Settings
from tests.commands.conftest import Postdesk
from tests.conftest import MakeSettings
from tests.mailgate.zone import Zone
from tests.support.factories import make_shop
from tests.support.relay import ScriptedRelay, make_certificate


def healthy() -> Zone:
    zone = Zone().add("shop.example", "v=spf1 include:relay.example ~all", "unrelated=1")
    zone.add("shop.example", "10 mx.shop.example", kind="MX")
    zone.add("_dmarc.shop.example", "v=DMARC1; p=quarantine")
    return zone.add("one._domainkey.shop.example", "v=DKIM1; k=rsa; p=MIIBIjANBg")


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


def test_a_healthy_postdesk(
    database: Database, settings: Settings, make_settings: MakeSettings, redis_url: str
) -> None:
    make_shop(database)
    with ScriptedRelay() as relay:
        well = make_settings(
            DATABASE_URL=settings.database_url, REDIS_URL=redis_url, RELAY_URL=relay.url
        )
        well.spool_dir.mkdir(parents=True, exist_ok=True)
        well.data_dir.chmod(0o700)
        for part in heartbeat.PARTS:
            heartbeat.beat(well, part)
        found = list(examine(well, healthy(), ["one"]))
        assert "MAIL" not in " ".join(relay.lines), "no mail is sent"
    wrong = [finding for finding in found if finding.state != "ok"]
    # The secret of the tests stands in their settings, not in a file.
    assert [finding.name for finding in wrong] == ["secret key"]
    assert "all 0 accepted mails are there" in str(found)


def test_a_postdesk_where_all_is_wrong(
    make_settings: MakeSettings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "var"
    folder.mkdir(mode=0o700)
    (folder / "secret_key").write_text("x" * 64)
    (folder / "secret_key").chmod(0o644)
    folder.chmod(0o777)
    monkeypatch.setattr(machine, "disk_is_low", lambda folder, size: True)
    with ScriptedRelay() as relay:
        relay.always("connect", "554 5.7.1 not you")
        broken = make_settings(
            DATABASE_URL="postgresql+psycopg://nobody@127.0.0.1:1/none",
            REDIS_URL="redis://127.0.0.1:1/0",
            RELAY_URL=relay.url,
            SMTP_LISTEN="0.0.0.0:25",
        )
        found = {finding.name: finding for finding in examine(broken, Zone())}
    states = {name: finding.state for name, finding in found.items()}
    assert states["database"] == states["relay"] == states["disk"] == "fail"
    assert states["data folder"] == states["secret key"] == "fail"
    assert states["Redis"] == states["TLS for mail in"] == states["DNS"] == "warn"
    assert "554 5.7.1 not you" in found["relay"].text
    assert found["secret key"].advice == f"chmod 600 {folder / 'secret_key'}"
    assert all(finding.advice for finding in found.values() if finding.state != "ok")


def test_a_relay_that_wants_another_password(make_settings: MakeSettings) -> None:
    with ScriptedRelay(extensions=("AUTH PLAIN LOGIN",)) as relay:
        relay.always("auth", "535 5.7.8 wrong password")
        url = relay.url.replace("//", "//ann:secret@")
        settings = make_settings(RELAY_URL=url)
        finding = services.relay(settings.relay, settings)
    assert finding.state == "fail"
    assert "535 5.7.8 wrong password" in finding.text
    assert "secret" not in finding.text


def test_clocks_that_differ() -> None:
    found = machine.clock({"a": 1000.1, "b": 1010.0, "c": 4600.0}, 1000.0)
    assert [finding.state for finding in found] == ["ok", "warn", "fail"]
    assert "3600.0 s from that of c" in found[2].text


def test_a_certificate_that_ends_soon_has_ended_or_is_none(
    make_settings: MakeSettings, tmp_path: Path
) -> None:
    cert, key = make_certificate(tmp_path)
    settings = make_settings(SMTP_TLS_CERT=str(cert), SMTP_TLS_KEY=str(key))
    now = datetime.now(UTC)
    ends = certificate._good_until(cert, key)
    assert certificate.certificate(settings, ends - timedelta(days=15)).state == "ok"
    assert certificate.certificate(settings, ends - timedelta(days=13)).state == "warn"
    cert.write_text("no certificate")
    assert certificate.certificate(settings, now).state == "fail"


def test_the_command_prints_lines_or_json_and_fails_where_anything_does(
    postdesk: Postdesk, settings: Settings
) -> None:
    connect(settings).dispose()
    done = postdesk("doctor")
    assert done.exit_code == 1
    assert "FAIL  database: SQLite" in done.stdout
    assert "→ run `postdesk migrate`" in done.stdout
    read = json.loads(postdesk("doctor", "--json").stdout)
    assert read["state"] == "fail"
    assert {"name", "state", "text", "advice"} == set(read["checks"][0])

"""``postdesk doctor``: what is well, what is not, and what to do; with a zone of the test's own."""

from __future__ import annotations

import json
import socket
import time
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from commands.checkup import services
from commands.checkup.findings import ok
from commands.doctor import examine
from helpdesk import heartbeat
from helpdesk.actions.recognise_key import recognise_key
from helpdesk.actions.retire_gateway import retire_gateway
from helpdesk.actor import operator_named
from helpdesk.db import Database, connect
from helpdesk.models import Gateway, Mailbox
from helpdesk.settings import Settings
from tests.commands.conftest import Postdesk, healthy
from tests.conftest import MakeSettings
from tests.mailgate.authenticate.zone import Zone
from tests.support.factories import NOW, make_shop
from tests.support.gateways import Pair, pair
from tests.support.relay import ScriptedRelay

__all__ = ["pair"]


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
    assert [finding for finding in found if finding.state != "ok"] == []
    assert "it stands in the settings" in str(found)
    assert "all 0 accepted mails are there" in str(found)


def test_a_postdesk_where_all_is_wrong(
    make_settings: MakeSettings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "var"
    folder.mkdir(mode=0o700)
    (folder / "secret_key").write_text("x" * 64)
    (folder / "secret_key").chmod(0o644)
    folder.chmod(0o777)
    with ScriptedRelay() as relay:
        relay.always("connect", "554 5.7.1 not you")
        broken = make_settings(
            DATABASE_URL="postgresql+psycopg://nobody@127.0.0.1:1/none",
            REDIS_URL="redis://127.0.0.1:1/0",
            RELAY_URL=relay.url,
            SMTP_LISTEN="0.0.0.0:25",
        )
        told = list(examine(replace(broken, smtp_size=10**15), Zone()))
    # The first of a name: the disk of the log may be another one, and has room.
    found = {finding.name: finding for finding in reversed(told)}
    states = {name: finding.state for name, finding in found.items()}
    assert states["database"] == states["relay"] == states["disk"] == "fail"
    assert states["data folder"] == states["secret key"] == "fail"
    assert states["Redis"] == states["TLS for mail in"] == states["DNS"] == "warn"
    assert "554 5.7.1 not you" in found["relay"].text
    assert "mail is refused with 452 below 1364 TiB" in found["disk"].text
    assert found["secret key"].advice == f"chmod 600 {folder / 'secret_key'}"
    assert all(finding.advice for finding in found.values() if finding.state != "ok")


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


def test_a_slow_service_is_no_clock_gone_wrong(
    database: Database, settings: Settings, make_settings: MakeSettings
) -> None:
    """A Redis that hangs, and a reader who takes their time: clocks go on meanwhile."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"redis://127.0.0.1:{silent.getsockname()[1]}/0"
        slow = make_settings(DATABASE_URL=settings.database_url, REDIS_URL=url)
        slow.data_dir.mkdir(parents=True, exist_ok=True)
        found = []
        for finding in examine(slow, healthy()):
            found += [finding] if finding.name == "clock" else []
            time.sleep(0.3)
    assert found
    assert {one.state for one in found} == {"ok"}, found


def test_mail_that_is_forwarded_needs_no_mx(database: Database, settings: Settings) -> None:
    make_shop(database)
    with database.transaction() as session:
        session.execute(update(Mailbox).values(forwarded=True))
    found = {finding.name: finding for finding in examine(settings, Zone())}
    assert found["MX of shop.example"].state == "ok"
    assert "forwarded" in found["MX of shop.example"].text


def test_checks_can_be_left_out(database: Database, postdesk: Postdesk) -> None:
    skips = ("--skip", "mx", "--skip", "Redis", "--skip", "clock")
    names = [
        one["name"] for one in json.loads(postdesk("doctor", "--json", *skips).stdout)["checks"]
    ]
    assert not {name for name in names if name.startswith(("MX", "Redis", "clock"))}
    assert "database" in names


def test_a_misspelt_setting_is_named(
    postdesk: Postdesk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = tmp_path / "postdesk.env"
    written.write_text("POSTDESK_RELAY_ULR=capture:\nPOSTDESK_COLOUR=blue\nPATH_OF_OTHERS=/\n")
    monkeypatch.setenv("POSTDESK_CANARI", "support@shop.example")
    monkeypatch.setenv("POSTDESK_PORT", "tcp://10.0.0.1:8000")
    monkeypatch.setenv("POSTDESK_SETTINGS", str(written))
    said_so = postdesk("doctor", "--skip", "DNS", "--skip", "relay").stdout
    assert f"POSTDESK_RELAY_ULR ({written}, line 1) is no setting" in said_so
    assert "is POSTDESK_RELAY_URL meant?" in said_so
    assert f"POSTDESK_COLOUR ({written}, line 2) is no setting" in said_so
    assert "POSTDESK_CANARI (the environment) is no setting" in said_so
    assert said_so.count("is no setting") == 3


def test_a_check_that_is_none_cannot_be_left_out(postdesk: Postdesk) -> None:
    refused = postdesk("doctor", "--skip", "DNS", "--skip", "rely")
    assert refused.exit_code == 2
    assert "no check begins with “rely”; there are settings, database," in refused.stderr
    assert not refused.stdout
    assert postdesk("doctor", "--skip", "").exit_code == 2  # a variable of a script that is empty
    known = ("--skip=tls", "--skip=DNS", "--skip=MX of b.example", "--skip=dmarc rep")
    assert postdesk("doctor", *known).exit_code != 2


def test_what_is_left_out_is_not_even_asked(
    database: Database, settings: Settings, make_settings: MakeSettings
) -> None:
    """No connection, no look-up, and nothing of the time that they would take."""
    make_shop(database)
    zone, skipped = healthy(), ("redis", "clock", "relay", "mx", "spf", "dmarc")
    with socket.create_server(("127.0.0.1", 0)) as silent:
        here = f"127.0.0.1:{silent.getsockname()[1]}"
        slow = make_settings(
            DATABASE_URL=settings.database_url,
            REDIS_URL=f"redis://{here}/0",
            RELAY_URL=f"smtp://{here}",
        )
        found = list(
            examine(slow, zone, ["one"], lambda name: not name.lower().startswith(skipped))
        )
        silent.setblocking(False)
        with pytest.raises(BlockingIOError):
            silent.accept()
    assert zone.asked == ["one._domainkey.shop.example"]
    names = [finding.name for finding in found]
    assert "database" in names
    assert not [name for name in names if name.lower().startswith(skipped)]
    assert "DNS" not in names
    list(examine(settings, zone, ["one"], lambda name: name != "DNS"))
    assert len(zone.asked) == 1


def test_a_secret_that_is_not_the_installations_is_told(
    database: Database, settings: Settings, postdesk: Postdesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    with database.transaction() as session:
        recognise_key(session)
    skips = ("--skip", "DNS", "--skip", "relay")
    assert "signs with" not in postdesk("doctor", *skips).stdout
    monkeypatch.setenv("POSTDESK_SECRET_KEY", "another-secret-0123456789-0123456789")
    told = postdesk("doctor", *skips)
    assert told.exit_code == 1
    assert "FAIL  secret key: it is not the one" in told.stdout
    monkeypatch.setenv("POSTDESK_OLD_SECRET_KEYS", settings.secret_key)
    assert "signs with" not in postdesk("doctor", *skips).stdout


def test_the_selector_that_we_sign_with_is_looked_up_unasked(
    database: Database, settings: Settings, tmp_path: Path
) -> None:
    make_shop(database)
    signing = replace(settings, dkim_key=tmp_path / "dkim.pem", dkim_selector="one")
    found = {finding.name: finding for finding in examine(signing, healthy())}
    assert found["DKIM key one._domainkey.shop.example"].text == "is published"


def test_gateways_on_other_machines_are_looked_at(
    pair: Pair, database: Database, settings: Settings
) -> None:
    _, second = pair
    for one in pair:
        one.tells()
    assert services.gateways_elsewhere(settings, database) == [
        ok("gateway mx1", "lives; 0 mails wait there"),
        ok("gateway mx2", "lives; 0 mails wait there"),
    ]
    for difference, words in ((2, "2 mails that it accepted are nowhere"), (-2, "2 more are")):
        with database.transaction() as session:
            session.execute(update(Gateway).values(difference=difference))
        assert words in services.gateways_elsewhere(settings, database)[1].text
    second.takes("One")
    second.tells()
    second.was_last_heard(timedelta(minutes=5))
    _, found = services.gateways_elsewhere(settings, database)
    assert found.state == "fail"
    assert "no sign of life of its door and its filer" in found.text
    assert "1 mails wait" not in found.text
    with database.transaction() as session:
        retire_gateway(session, operator_named("root"), "mx2", now=NOW)
    _, found = services.gateways_elsewhere(settings, database)
    assert (found.state, found.text) == ("warn", "given up; 1 mail waits there")

"""``postdesk migrate``, ``mailbox``, ``person``: what they do, and one line where they cannot."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from sqlalchemy import select

from helpdesk.actions.sign_in import check_password
from helpdesk.blobs import Blobs
from helpdesk.db import Database, connect
from helpdesk.models import Mailbox
from helpdesk.schema import downgrade, is_current, migrate
from helpdesk.settings import Settings
from helpdesk.tickets.people import person_at
from mailgate.spool.mailbox_snapshot import SNAPSHOT, write_snapshot
from tests.commands.conftest import Postdesk, said
from tests.conftest import MakeSettings


def test_migrate_brings_an_empty_database_up_to_date_once(
    empty_database_url: str,
    make_settings: MakeSettings,
    postdesk: Postdesk,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("POSTDESK_DATABASE_URL", empty_database_url)
    assert "up to date now" in postdesk("migrate").stdout
    assert "was up to date" in postdesk("migrate").stdout
    database = connect(make_settings(DATABASE_URL=empty_database_url))
    assert is_current(database)
    downgrade(database, "base")
    assert not is_current(database)
    assert migrate(database)
    database.dispose()


def test_without_a_schema_a_command_says_what_to_run(
    empty_database_url: str, postdesk: Postdesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("POSTDESK_DATABASE_URL", empty_database_url)
    for command in (("mailbox", "add", "support@shop.example"), ("ledger",)):
        assert "postdesk migrate" in said(postdesk(*command))


def test_a_database_that_is_down_is_said_in_one_line(
    postdesk: Postdesk, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for url in (f"sqlite:///{tmp_path}", f"postgresql+psycopg://nobody@/x?host={tmp_path}"):
        monkeypatch.setenv("POSTDESK_DATABASE_URL", url)
        for command in (("migrate",), ("mailbox", "add", "support@shop.example"), ("ledger",)):
            assert "database cannot be used" in said(postdesk(*command))


def test_a_setting_that_does_not_parse_is_named(
    postdesk: Postdesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("POSTDESK_SMTP_SIZE", "many")
    for command in ("migrate", "ledger", "up", "web"):
        assert said(postdesk(command)).startswith("Error: POSTDESK_SMTP_SIZE:")


def test_a_mailbox_is_added(database: Database, postdesk: Postdesk) -> None:
    done = postdesk("mailbox", "add", "Support@Shop.example", "--name", "The Shop")
    assert done.stdout == "Postdesk answers for support@shop.example as “The Shop”.\n"
    with database.reading() as session:
        assert session.query(Mailbox).one().name == "The Shop"
    assert "no mailbox" in said(postdesk("mailbox", "add", "support"))


def test_a_door_that_runs_hears_of_a_mailbox_at_once(
    database: Database, postdesk: Postdesk, settings: Settings
) -> None:
    path = settings.spool_dir / SNAPSHOT
    postdesk("mailbox", "add", "support@shop.example")
    assert not path.exists(), "no door has run here: its folder is its own to make"
    write_snapshot(path, ["support@shop.example"])
    postdesk("mailbox", "add", "orders@shop.example")
    assert json.loads(path.read_bytes())["addresses"] == [
        "orders@shop.example",
        "support@shop.example",
    ]


def test_a_password_is_read_from_standard_input(database: Database, postdesk: Postdesk) -> None:
    done = postdesk(
        "person", "add", "mia@shop.example", "--role", "agent", "--name", "Mia",
        "--password-stdin", stdin="a long enough password\r\n",
    )  # fmt: skip
    assert done.stdout == "mia@shop.example is agent here.\n"
    with database.reading() as session:
        mia = check_password(session, "mia@shop.example", "a long enough password")
    assert (mia.role, mia.name) == ("agent", "Mia")


def test_staff_without_a_password_get_one_that_is_printed_once(
    database: Database, postdesk: Postdesk
) -> None:
    add = ("person", "add", "mia@shop.example", "--role", "agent")
    password = postdesk(*add).stdout.strip().rpartition("Password: ")[2]
    with database.reading() as session:
        assert check_password(session, "mia@shop.example", password)
    assert "Password" not in postdesk(*add).stdout


def test_a_person_that_does_not_hold_is_refused_in_one_line(
    database: Database, postdesk: Postdesk
) -> None:
    short = postdesk(
        "person", "add", "mia@shop.example", "--role", "agent", "--password-stdin", stdin="x\n"
    )
    assert "10" in said(short)
    assert "address" in said(postdesk("person", "add", "nobody", "--role", "customer"))
    assert postdesk("person", "add", "mia@shop.example", "--role", "boss").exit_code == 2
    with database.reading() as session:
        assert person_at(session, "mia@shop.example") is None


def test_a_mailbox_gets_a_logo_and_says_when_it_asks(
    database: Database, settings: Settings, postdesk: Postdesk, tmp_path: Path
) -> None:
    postdesk("mailbox", "add", "support@shop.example")
    logo = tmp_path / "logo.png"
    logo.write_bytes(b"\x89PNG\r\n\x1a\n" + b"\0" * 40)
    drawing = tmp_path / "logo.svg"
    drawing.write_bytes(b"<svg/>")

    def kept() -> tuple[str, int | None]:
        with database.reading() as session:
            mailbox = session.scalars(select(Mailbox)).one()
            return mailbox.logo_sha256, mailbox.survey_minutes

    set_it = ("mailbox", "set", "support@shop.example")
    assert postdesk(*set_it, "--logo", str(logo), "--survey", "90").exit_code == 0
    key, minutes = kept()
    assert (Blobs(settings.blob_url).get(key), minutes) == (logo.read_bytes(), 90)
    assert "A logo is a PNG" in said(postdesk(*set_it, "--logo", str(drawing)))
    assert "no mailbox" in said(postdesk("mailbox", "set", "no@shop.example", "--survey", "never"))
    assert "number of minutes" in postdesk(*set_it, "--survey", "soon").stderr
    assert kept() == (key, 90)
    assert postdesk(*set_it, "--logo", "none", "--survey", "never").exit_code == 0
    assert kept() == ("", None)

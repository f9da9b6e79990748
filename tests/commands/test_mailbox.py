"""``postdesk mailbox``: what it does, and one line where it cannot."""

from __future__ import annotations

import json
from pathlib import Path

from sqlalchemy import select

from commands.operator import operator
from helpdesk.blobs import Blobs
from helpdesk.db import Database
from helpdesk.models import AuditEntry, Mailbox
from helpdesk.settings import Settings
from mailgate.spool.mailbox_snapshot import SNAPSHOT, write_snapshot
from tests.commands.conftest import Postdesk, said
from tests.web.conftest import PNG

SUPPORT = "support@shop.example"


def test_a_mailbox_is_added(database: Database, postdesk: Postdesk) -> None:
    done = postdesk("mailbox", "add", "Support@Shop.example", "--name", "The Shop")
    assert done.stdout == "Postdesk answers for support@shop.example as “The Shop”.\n"
    with database.reading() as session:
        assert session.query(Mailbox).one().name == "The Shop"
    assert "no mailbox" in said(postdesk("mailbox", "add", "support"))


def test_an_smtp_server_that_runs_hears_of_a_mailbox_at_once(
    database: Database, postdesk: Postdesk, settings: Settings
) -> None:
    path = settings.spool_dir / SNAPSHOT
    postdesk("mailbox", "add", "support@shop.example")
    assert not path.exists(), "no SMTP server has run here: its folder is its own to make"
    write_snapshot(path, ["support@shop.example"])
    postdesk("mailbox", "add", "orders@shop.example")
    assert json.loads(path.read_bytes())["addresses"] == [
        "orders@shop.example",
        "support@shop.example",
    ]


def test_a_mailbox_gets_a_logo_and_says_when_it_asks(
    database: Database, settings: Settings, postdesk: Postdesk, tmp_path: Path
) -> None:
    postdesk("mailbox", "add", "support@shop.example")
    logo = tmp_path / "logo.png"
    logo.write_bytes(PNG)
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


def test_a_mailbox_says_whether_its_mail_is_forwarded(
    database: Database, postdesk: Postdesk
) -> None:
    address = "support@shop.example"
    for words, forwarded in (
        (("add", "--forwarded"), True),
        (("add", "--name", "Shop"), True),
        (("set", "--not-forwarded"), False),
        (("set", "--forwarded", "--survey", "never"), True),
        (("add", "--not-forwarded"), False),
    ):
        verb, *options = words
        assert postdesk("mailbox", verb, address, *options).exit_code == 0
        with database.reading() as session:
            assert session.scalars(select(Mailbox)).one().forwarded is forwarded, words
    nothing = postdesk("mailbox", "set", address)
    assert nothing.exit_code == 2
    assert "--forwarded" in nothing.stderr


def mailbox(database: Database, address: str) -> Mailbox:
    with database.reading() as session:
        return session.scalars(select(Mailbox).where(Mailbox.address == address)).one()


def test_a_mailbox_has_hidden_addresses_another_name_and_another_address(
    database: Database, postdesk: Postdesk
) -> None:
    postdesk("mailbox", "add", SUPPORT, "--receives", "in@inbound.example", "--hidden")
    box = mailbox(database, SUPPORT)
    assert (box.fed_through, box.public, box.has_form) == (["in@inbound.example"], False, True)
    done = postdesk(
        "mailbox", "set", SUPPORT, "--receives", "to@inbound.example", "--no-receives",
        "in@inbound.example", "--public", "--no-form", "--name", "Help",
    )  # fmt: skip
    assert done.exit_code == 0, done.output
    box = mailbox(database, SUPPORT)
    assert (box.fed_through, box.public, box.has_form) == (["to@inbound.example"], True, False)
    assert box.name == "Help"
    assert postdesk("mailbox", "add", SUPPORT, "--fed-through", "lists.example").exit_code == 0
    assert mailbox(database, SUPPORT).fed_through == ["to@inbound.example", "lists.example"]

    for wrong in ("nonsense", "a b@inbound.example"):
        assert "neither an address" in said(
            postdesk("mailbox", "set", SUPPORT, "--receives", wrong)
        ), wrong

    done = postdesk("mailbox", "set", SUPPORT, "--address", "help@shop.example")
    assert "Mail to support@shop.example is still taken" in done.stdout
    assert SUPPORT in mailbox(database, "help@shop.example").fed_through
    for wrong in ("help", "to@inbound.example+x"):
        assert "no mailbox" in said(
            postdesk("mailbox", "set", "help@shop.example", "--address", wrong)
        )
    with database.reading() as session:
        names = {entry.operator for entry in session.scalars(select(AuditEntry))}
    assert names == {operator().operator}, "the log says who did it"


def test_a_mailbox_is_paused_and_resumed_and_an_smtp_server_hears_of_it_at_once(
    database: Database, postdesk: Postdesk, settings: Settings
) -> None:
    postdesk("mailbox", "add", SUPPORT)
    path = settings.spool_dir / SNAPSHOT
    write_snapshot(path, [SUPPORT])
    done = postdesk("mailbox", "pause", SUPPORT)
    assert "is paused" in done.stdout
    assert "up to five days" in done.stdout
    assert json.loads(path.read_bytes())["paused"] == [SUPPORT]
    assert postdesk("mailbox", "list").stdout == f"{SUPPORT}  Support  paused\n"
    deferred = postdesk("mail", "deliver", stdin="Subject: x\r\n\r\nx\r\n")
    assert deferred.exit_code == 75
    assert "paused" in deferred.stderr
    assert "takes mail again" in postdesk("mailbox", "resume", SUPPORT).stdout
    assert json.loads(path.read_bytes())["paused"] == []
    assert postdesk("mail", "deliver", stdin="Subject: x\r\n\r\nx\r\n").exit_code == 0
    assert "no mailbox" in said(postdesk("mailbox", "pause", "no@shop.example"))


def test_removing_a_mailbox_asks(database: Database, postdesk: Postdesk) -> None:
    postdesk("mailbox", "add", SUPPORT)
    remove = ("mailbox", "remove", SUPPORT)
    assert "the only mailbox" in said(postdesk(*remove, "--yes"))
    postdesk("mailbox", "add", "orders@shop.example")
    nobody = postdesk(*remove)
    assert nobody.exit_code == 2
    assert "--yes" in nobody.stderr
    assert postdesk(*remove, stdin="n\n").exit_code != 0
    assert mailbox(database, SUPPORT).removed_at is None
    assert postdesk(*remove, stdin="y\n").exit_code == 0
    assert mailbox(database, SUPPORT).removed_at is not None
    assert "no mailbox" in said(postdesk(*remove, "--yes"))
    rows = [json.loads(line) for line in postdesk("mailbox", "list", "--json").stdout.splitlines()]
    assert [(row["address"], row["removed"]) for row in rows] == [
        ("orders@shop.example", False),
        (SUPPORT, True),
    ]
    assert rows[0] == {
        "address": "orders@shop.example", "name": "Orders", "paused": False, "removed": False,
        "public": True, "form": True, "forwarded": False, "receives": [], "formerly": [],
    }  # fmt: skip
    assert postdesk("mailbox", "add", SUPPORT).exit_code == 0
    assert mailbox(database, SUPPORT).removed_at is None


def test_the_mailboxes_are_written_as_a_table_of_postfix(
    database: Database, postdesk: Postdesk
) -> None:
    postdesk("mailbox", "add", SUPPORT, "--receives", "in@inbound.example")
    table = postdesk("mailbox", "list", "--postfix").stdout
    assert "/^in(\\+[^@]*)?@inbound\\.example$/ smtp:[127.0.0.1]:8025\n" in table

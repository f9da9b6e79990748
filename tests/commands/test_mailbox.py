"""``postdesk mailbox``: what it does, and one line where it cannot."""

from __future__ import annotations

import json
from pathlib import Path

from sqlalchemy import select

from helpdesk.blobs import Blobs
from helpdesk.db import Database
from helpdesk.models import Mailbox
from helpdesk.settings import Settings
from mailgate.spool.mailbox_snapshot import SNAPSHOT, write_snapshot
from tests.commands.conftest import Postdesk, said
from tests.web.conftest import PNG


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

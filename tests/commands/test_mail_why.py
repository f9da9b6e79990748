"""``postdesk mail why``, ``release`` and ``discard``: the quarantine without a browser."""

from __future__ import annotations

from sqlalchemy import select

from helpdesk.db import Database
from helpdesk.models import InboundMail
from helpdesk.settings import Settings
from mailgate.spool.spool import Spool
from tests.commands.conftest import Postdesk, said
from tests.helpdesk.mails import mail, receive, recorded
from tests.mailgate.filing.mails import put
from tests.support.factories import make_shop


def test_why_says_where_a_mail_is_and_what_decided(database: Database, postdesk: Postdesk) -> None:
    make_shop(database)
    first = receive(database, mail(verdict="pass", message_id="m1@mail.example"))
    receive(database, mail(subject=f"Re: [{first.ticket_number}]", references=("m1@mail.example",)))
    said_of_it = postdesk("mail", "why", "2").stdout
    assert f"mail 2: on {first.ticket_number}" in said_of_it
    assert "Answers a mail of the ticket" in said_of_it
    assert "decided" in said_of_it
    assert "no such mail" in said(postdesk("mail", "why", "99"))


def test_why_knows_a_mail_by_what_people_have_of_it(
    database: Database, postdesk: Postdesk, settings: Settings
) -> None:
    """The name that the 250 told the sender's server, and the mail's own Message-ID."""
    make_shop(database)
    filed = receive(database, mail(verdict="pass", message_id="m1@mail.example"))
    with database.reading() as session:
        spool_name = session.scalars(select(InboundMail.spool_name)).one()
    for name in (spool_name, "m1@mail.example", "<m1@mail.example>"):
        assert f"mail 1: on {filed.ticket_number}" in postdesk("mail", "why", name).stdout, name
    entry = Spool(settings.spool_dir).folder / "new" / "waiting.1"
    entry.write_bytes(b"{}\n")
    assert "waits in this machine's spool" in postdesk("mail", "why", "waiting.1").stdout
    assert "no such mail" in said(postdesk("mail", "why", "../../etc/passwd"))


def test_why_finds_a_mail_that_waits_by_its_message_id(
    database: Database, postdesk: Postdesk, settings: Settings
) -> None:
    make_shop(database)
    spool = Spool(settings.spool_dir)
    spool_name = put(spool, b"message-id:\r\n <w1@mail.example>\r\nSubject: hi\r\n\r\nbody\r\n")
    put(spool, b"Subject: no id\r\n\r\nMessage-ID: <w2@mail.example>\r\n")
    for name in ("w1@mail.example", "<w1@mail.example>", spool_name):
        assert postdesk("mail", "why", name).stdout.startswith(f"{spool_name} waits in")
    assert "no such mail" in said(postdesk("mail", "why", "w2@mail.example"))


def test_held_mail_is_released_and_deleted_by_its_id(
    database: Database, postdesk: Postdesk
) -> None:
    make_shop(database)
    for _ in range(2):
        receive(database, mail(None))
    assert "It names no sender" in postdesk("mail", "why", "1").stdout
    assert "1 released" in postdesk("mail", "release", "1").stdout
    assert "1 deleted" in postdesk("mail", "discard", "2").stdout
    assert [row.state for row in recorded(database)] == ["waiting", "set_aside"]
    refused = postdesk("mail", "release", "1", "9")
    assert "not held (any more): 1, 9." in said(refused)
    assert not refused.stdout
    assert "Deleted by Postdesk." in postdesk("mail", "why", "2").stdout

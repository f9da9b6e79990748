"""``postdesk mail replay``: what the reader sees otherwise today, shown first, kept on demand."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select, update

from helpdesk.db import Database
from helpdesk.models import Attachment, Comment, InboundMail
from helpdesk.settings import Settings
from mailgate.spool.spool import Spool
from tests.commands.conftest import Postdesk
from tests.helpdesk.mails import outbox, recorded
from tests.mailgate.filing.mails import comments, file_all, filer_of, put, write
from tests.support.factories import make_shop

WITH_FILE = (
    b"From: Ann <ann@mail.example>\r\nTo: support@shop.example\r\nSubject: A file\r\n"
    b"Message-ID: <file@mail.example>\r\nDate: Mon, 23 Nov 2026 09:00:00 +0000\r\n"
    b"MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
    b"--b\r\nContent-Type: text/plain\r\n\r\nSee the file.\r\n"
    b"--b\r\nContent-Type: text/csv\r\nContent-Disposition: attachment; filename=a.csv\r\n\r\n"
    b"1,2\r\n--b--\r\n"
)


@pytest.fixture
def filed(settings: Settings, database: Database) -> InboundMail:
    """A mail that was read wrongly when it came: half of its text, and none of its file."""
    make_shop(database)
    spool = Spool(settings.spool_dir)
    with filer_of(settings, database) as filer:
        put(spool, WITH_FILE)
        file_all(filer, spool)
    with database.transaction() as session:
        session.execute(update(Comment).values(text="See", reply_text="See"))
        for file in session.scalars(select(Attachment)):
            session.delete(file)
    [row] = recorded(database)
    return row


def test_it_shows_first_and_keeps_once(
    database: Database, filed: InboundMail, postdesk: Postdesk
) -> None:
    before = [mail.id for mail in outbox(database)]
    shown = postdesk("mail", "replay", str(filed.id))
    assert shown.exit_code == 0, shown.output
    for words in ("- See", "+ See the file.", "+ a.csv (text/csv", "1 of 1 mail would change",
                  "--apply"):  # fmt: skip
        assert words in shown.stdout
    assert [c.text for c in comments(database)] == ["See"], "a dry run writes nothing"

    kept = postdesk("mail", "replay", str(filed.id), "--apply")
    assert "1 of 1 mail changed" in kept.stdout
    assert [c.text.strip() for c in comments(database)] == ["See the file."]
    with database.reading() as session:
        assert session.scalars(select(Attachment.filename)).all() == ["a.csv"]
    again = postdesk("mail", "replay", "--since", "2026-11-01", "--apply")
    assert "0 of 1 mail changed" in again.stdout
    assert [mail.id for mail in outbox(database)] == before, "nobody is told again"
    assert len(comments(database)) == 1


def test_a_mail_that_could_not_be_read_is_released_once_it_can(
    database: Database, settings: Settings, filed: InboundMail, postdesk: Postdesk
) -> None:
    _change(database, filed.id, state="held", reason="could not be read: it took too long",
            decision={"outcome": "held"}, comment_id=None, ticket_id=None)  # fmt: skip
    shown = postdesk("mail", "replay", str(filed.id)).stdout
    assert "released: it can be read now" in shown
    postdesk("mail", "replay", str(filed.id), "--apply")
    with filer_of(settings, database) as filer:
        assert filer.file_released() == 1
        assert filer.file_released() == 0
    [row] = recorded(database)
    assert (row.state, row.decision["released_by"]) == ("filed", "Postdesk")


def test_where_todays_rules_would_put_it_elsewhere_that_is_only_said(
    database: Database, settings: Settings, filed: InboundMail, postdesk: Postdesk
) -> None:
    spool = Spool(settings.spool_dir)
    with filer_of(settings, database) as filer:
        put(spool, write("Re: A file", references="<file@mail.example>"))
        put(spool, write("Another"))
        file_all(filer, spool)
    first, answer, other = recorded(database)
    assert answer.ticket_id == first.ticket_id
    _change(database, answer.id, ticket_id=other.ticket_id)
    for _ in range(2):
        done = postdesk("mail", "replay", str(answer.id), "--apply")
        assert "move it on its page" in done.stdout
        assert "0 of 1 mail changed" in done.stdout
    assert recorded(database)[1].ticket_id == other.ticket_id


def test_wrong_arguments_are_said_in_a_line(filed: InboundMail, postdesk: Postdesk) -> None:
    assert "--since" in postdesk("mail", "replay").stderr
    missing = postdesk("mail", "replay", "999")
    assert missing.exit_code == 1
    assert missing.stdout.startswith("mail 999: there is no such mail\n")


def _change(database: Database, mail_id: int, **values: Any) -> None:
    with database.transaction() as session:
        session.execute(update(InboundMail).where(InboundMail.id == mail_id).values(**values))

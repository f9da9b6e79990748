"""``postdesk mail import``: mail of the past, with its threads and dates; and nobody is told."""

from __future__ import annotations

import mailbox
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import func, select

from helpdesk.db import Database
from helpdesk.models import Notice, OutboundMail, Ticket
from helpdesk.queries.ledger import current_ledger
from helpdesk.settings import Settings
from mailgate.spool.envelope import IMPORT, Envelope
from mailgate.spool.spool import Spool
from tests.commands.conftest import Postdesk, said
from tests.helpdesk.mails import recorded
from tests.mailgate.filing.mails import comments, file_all, filer_of
from tests.support.factories import make_shop


def old(number: int, day: int, sender: str, text: str, answers: int = 0) -> bytes:
    field = f"In-Reply-To: <m{answers}@old.example>\r\n" if answers else ""
    return (
        f"From: {sender}\r\nTo: support@shop.example, ann@mail.example\r\nSubject: The kettle\r\n"
        f"Message-ID: <m{number}@old.example>\r\nDate: {day:02d} Mar 2021 10:00:00 +0000\r\n{field}"
        f"\r\n{text}\r\n"
    ).encode()


MAILS = [
    old(3, 3, "Ann <ann@mail.example>", "Thank you.", answers=2),
    old(1, 1, "Ann <ann@mail.example>", "My kettle leaks."),
    old(2, 2, "Shop <support@shop.example>", "Here is a new one.", answers=1),
    old(4, 4, "Bob <bob@mail.example>", "Something else."),
    b"From: Ann <ann@mail.example>\r\nSubject: bomb\r\nContent-Type: multipart/mixed; boundary=b"
    b"\r\n\r\n" + b"--b\r\n" * 2000,
]


@pytest.fixture
def mbox(tmp_path: Path, database: Database) -> Path:
    make_shop(database)
    box = mailbox.mbox(tmp_path / "old.mbox")
    for raw in MAILS:
        box.add(raw)
    box.close()
    return tmp_path / "old.mbox"


def test_threads_and_dates_are_kept_and_nobody_is_told(
    database: Database, settings: Settings, postdesk: Postdesk, mbox: Path
) -> None:
    done = postdesk("mail", "import", str(mbox))
    assert done.exit_code == 0, done.output
    assert "5 mails: 4 filed on 2 tickets, 1 held, 0 set aside, 0 were here" in done.stdout

    with database.reading() as session:
        first, second = session.scalars(select(Ticket).order_by(Ticket.id)).all()
        assert (first.number, second.number) == ("TKT20210301001", "TKT20210304001")
        assert first.created_at == datetime(2021, 3, 1, 10, tzinfo=UTC)
        for nobody in (OutboundMail, Notice):
            assert session.scalar(select(func.count()).select_from(nobody)) == 0
    told = [(c.text.strip(), c.from_staff, c.created_at.day) for c in comments(database)]
    assert told == [
        ("My kettle leaks.", False, 1), ("Here is a new one.", True, 2),
        ("Thank you.", False, 3), ("Something else.", False, 4),
    ]  # fmt: skip
    ledger = current_ledger(settings.spool_dir, database)
    assert (ledger.accepted, ledger.filed, ledger.held, ledger.difference) == (5, 4, 1, 0)
    assert recorded(database)[-1].decision["imported"]

    [held] = [row for row in recorded(database) if row.state == "held"]
    postdesk("mail", "release", str(held.id))
    with filer_of(settings, database) as filer:
        assert filer.file_released() == 1
    with database.reading() as session:
        for nobody in (OutboundMail, Notice):
            assert session.scalar(select(func.count()).select_from(nobody)) == 0


def test_run_again_it_goes_on_where_it_was(
    database: Database, postdesk: Postdesk, mbox: Path, tmp_path: Path
) -> None:
    postdesk("mail", "import", str(mbox))
    folder = mailbox.Maildir(tmp_path / "Maildir")
    for raw in (*MAILS, old(5, 5, "Bob <bob@mail.example>", "And?", answers=4)):
        folder.add(raw)
    again = postdesk("mail", "import", str(tmp_path / "Maildir"))
    assert "1 filed on 1 tickets, 0 held, 0 set aside, 5 were here before" in again.stdout
    assert comments(database)[-1].text.strip() == "And?"


def test_what_a_crash_left_half_done_is_filed_as_quietly(
    database: Database, settings: Settings, mbox: Path
) -> None:
    spool = Spool(settings.spool_dir)
    then = datetime(2021, 3, 1, 10, tzinfo=UTC)
    writer = spool.begin(
        Envelope("ann@mail.example", ("support@shop.example",), protocol=IMPORT, received_at=then)
    )
    writer.write(MAILS[1])
    spool.adopt(writer)
    assert spool.tidy(settled=0) == 1
    with filer_of(settings, database) as filer:
        file_all(filer, spool)
    [comment] = comments(database)
    assert comment.created_at == then
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(OutboundMail)) == 0
    assert current_ledger(settings.spool_dir, database).difference == 0


def test_what_is_no_mailbox_is_said_in_a_line(
    database: Database, postdesk: Postdesk, tmp_path: Path
) -> None:
    assert "no mailbox" in said(postdesk("mail", "import", str(tmp_path)))
    make_shop(database)
    assert "no Maildir" in said(postdesk("mail", "import", str(tmp_path)))
    (tmp_path / "x").write_text("Subject: x\n\nx\n")
    assert "no mbox" in said(postdesk("mail", "import", str(tmp_path / "x")))
    wrong = ("mail", "import", str(tmp_path / "x"), "--mailbox", "other@shop.example")
    assert "no mailbox here" in said(postdesk(*wrong))

"""A backup made while mail comes, staff answer and answers leave: all is there, and once."""

from __future__ import annotations

import smtplib
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from pathlib import Path
from threading import Event, Thread

import pytest
from sqlalchemy import select

from helpdesk.db import Database, connect
from helpdesk.mail_out.templates import TemplateName
from helpdesk.models import Comment, InboundMail, OutboundMail, OutboundState
from helpdesk.settings import load as load_settings
from tests.support.relay import ScriptedRelay, Slow
from tests.support.running import RunningPostdesk
from tests.support.servers import wait_until
from tests.support.story import AGENT, SUPPORT, Shop

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

ON_THEIR_WAY = (OutboundState.QUEUED, OutboundState.DEFERRED, OutboundState.SENDING)


class Load:
    """Customers who write, and staff who answer, until told to stop."""

    def __init__(self, shop: Shop) -> None:
        self._shop = shop
        self._stop = Event()
        self.told: list[str] = []
        """The Message-IDs of the mails that were told 250."""
        self.answered: list[str] = []
        """What staff wrote, and saw standing."""

    @contextmanager
    def running(self) -> Iterator[None]:
        threads = [Thread(target=self._write, args=(n,)) for n in range(3)]
        threads.append(Thread(target=self._answer))
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            self._stop.set()
            for thread in threads:
                thread.join(30)

    def more(self) -> None:
        """Wait until there is more of both."""
        mails, answers = len(self.told), len(self.answered)
        wait_until(
            "it goes on",
            lambda: len(self.told) > mails and len(self.answered) > answers,
            seconds=60,
        )

    def _write(self, writer: int) -> None:
        number = 0
        while not self._stop.is_set():
            number += 1
            mail = EmailMessage()
            sender = f"c{writer}-{number}@customer.example"
            mail["From"], mail["To"], mail["Subject"] = sender, SUPPORT, f"{writer}-{number}"
            mail["Message-ID"] = f"<{writer}-{number}@customer.example>"
            mail.set_content(f"Mail {number} of {writer}.")
            mail.add_attachment(
                sender.encode() * 2000, maintype="application", subtype="pdf", filename="a.pdf"
            )
            with smtplib.SMTP("127.0.0.1", self._shop.postdesk.smtp_port, timeout=30) as client:
                client.send_message(mail, sender, [SUPPORT])
            self.told.append(f"{writer}-{number}@customer.example")
            self._stop.wait(0.1)

    def _answer(self) -> None:
        postdesk = self._shop.postdesk
        token = postdesk.command("token", "issue", AGENT).strip()
        done: set[int] = set()
        while not self._stop.wait(0.05):
            for ticket in postdesk.api("tickets/?page_size=20", token)["results"]:
                if ticket["id"] not in done:
                    words = f"Answer to {ticket['subject']}."
                    postdesk.api(f"tickets/{ticket['id']}/comment/", token, comment=words)
                    self.answered.append(words)
                    done.add(ticket["id"])


def test_all_is_there_once_and_what_was_on_its_way_is_told(
    database_url: str, empty_database_url: str, tmp_path: Path
) -> None:
    file = tmp_path / "kept.tar.gz"
    with ScriptedRelay() as relay:
        relay.always("content", Slow(0.1))  # so that there is always one on its way
        here = RunningPostdesk(tmp_path / "a", DATABASE_URL=database_url, RELAY_URL=relay.url)
        with here:
            shop = Shop(here)
            load = Load(shop)
            with load.running():
                wait_until("answers leave", lambda: len(load.answered) > 10, seconds=60)
                told, answered = set(load.told), set(load.answered)
                said = here.command("backup", str(file))
                load.more()
            shop.database.dispose()
    assert "the secret key" not in said, "it is in the folder, and so in the backup"
    assert "- the settings" in said

    with ScriptedRelay() as relay:
        there = RunningPostdesk(
            tmp_path / "b", DATABASE_URL=empty_database_url, RELAY_URL=relay.url
        )
        there.folder.mkdir()
        assert there.command("backup", "--verify", str(file)).count("mails in") == 1
        said_again = there.command("restore", str(file))
        _, erased, *others = said_again.splitlines()
        assert erased.startswith("Who was erased after ")
        assert said.splitlines()[1:] == others
        ledger = there.ledger()
        assert ledger["difference"] == 0
        database = connect(load_settings(there.environment))
        rows = _outbox(database)
        leaving = {one for one, state in rows.items() if state in ON_THEIR_WAY}
        had_left = rows.keys() - leaving
        assert leaving
        assert f"{len(leaving):,} mails stand in the outbox" in said
        with there:
            wait_until("all is filed", lambda: there.ledger()["waiting"] == 0, seconds=60)
            wait_until("all left", lambda: not _unsent(database, digests=False), seconds=60)
            assert there.ledger() == {
                **ledger, "waiting": 0, "filed": ledger["filed"] + ledger["waiting"],
            }  # fmt: skip
        _once(told, _filed(database))
        _once(answered, _answers(database))
        left = [mail.message_id for mail in relay.mails]
        # What came in with the backup, unfiled, is acknowledged now; what had left does not again.
        assert len(left) == len(set(left))
        later = _unsent(database, digests=True)
        assert {f"<{one}>" for one in leaving - later} <= set(left)
        assert not {f"<{one}>" for one in had_left} & set(left)
        database.dispose()


def _once(wanted: set[str], found: list[str]) -> None:
    assert len(found) == len(set(found)), "something is there twice"
    assert wanted <= set(found), wanted - set(found)


def _outbox(database: Database) -> dict[str, OutboundState]:
    with database.reading() as session:
        rows = session.execute(select(OutboundMail.message_id, OutboundMail.state))
        return {str(name): state for name, state in rows}


def _unsent(database: Database, *, digests: bool) -> set[str]:
    """What is still to leave: colleagues' digests, which have a time of their own, or the rest."""
    mail = OutboundMail
    with database.reading() as session:
        chosen = select(mail.message_id).where(mail.state.in_(ON_THEIR_WAY))
        is_digest = mail.template == TemplateName.DIGEST_STAFF
        return set(session.scalars(chosen.where(is_digest if digests else ~is_digest)))


def _filed(database: Database) -> list[str]:
    with database.reading() as session:
        return [str(one) for one in session.scalars(select(InboundMail.message_id))]


def _answers(database: Database) -> list[str]:
    with database.reading() as session:
        wrote = select(Comment.text).where(Comment.text.startswith("Answer to "))
        return list(session.scalars(wrote))

"""Two Postdesks face each other, through a relay that takes out whatever marks automatic mail."""

from __future__ import annotations

import smtplib
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest
from sqlalchemy import func, select

from helpdesk.db import Database, connect
from helpdesk.models import InboundMail, OutboundMail
from helpdesk.settings import load
from tests.support.relay import ScriptedRelay
from tests.support.running import RunningPostdesk
from tests.support.servers import wait_until

MARKS = (
    "Auto-Submitted",
    "X-Auto-Response-Suppress",
    "X-Postdesk",
    "Precedence",
    "In-Reply-To",
    "References",
    "Reply-To",
)
UNSENT = ("queued", "deferred", "sending")


@dataclass
class Side:
    """One Postdesk, and the mails that were brought to it."""

    postdesk: RunningPostdesk
    address: str
    relay: ScriptedRelay
    database: Database
    brought: list[EmailMessage] = field(default_factory=list)

    def take(self, raw: bytes, sender: str) -> None:
        """Bring a mail here, less its marks, as another server's relay would."""
        mail = message_from_bytes(raw, policy=policy.default)
        assert isinstance(mail, EmailMessage)
        for mark in MARKS:
            del mail[mark]
        mail.replace_header("Subject", "Hello")  # nor is there a number in it
        with smtplib.SMTP("127.0.0.1", self.postdesk.smtp_port, timeout=20) as client:
            client.sendmail(sender, [self.address], mail.as_bytes(policy=policy.SMTP))
        self.brought.append(mail)

    def count(self) -> tuple[int, int, int]:
        """Mails decided about here; mails to the other side that wait to leave, and that left."""
        to_others = OutboundMail.recipient.like("support@%")
        rows = select(func.count()).select_from(OutboundMail).where(to_others)
        with self.database.reading() as session:
            decided = session.scalar(select(func.count()).select_from(InboundMail))
            waiting = session.scalar(rows.where(OutboundMail.state.in_(UNSENT)))
            left = session.scalar(rows.where(OutboundMail.state == "sent"))
        return decided or 0, waiting or 0, left or 0


@pytest.fixture
def sides(tmp_path: Path) -> Iterator[tuple[Side, Side]]:
    with ExitStack() as stack:
        made = []
        for name in ("north", "south"):
            relay = stack.enter_context(ScriptedRelay())
            folder = tmp_path / name
            running = stack.enter_context(RunningPostdesk(folder, RELAY_URL=relay.url))
            database = connect(load(running.environment))
            stack.callback(database.dispose)
            address = f"support@{name}.example"
            running.command("mailbox", "add", address)
            made.append(Side(running, address, relay, database))
        for side in made:
            wait_until("the SMTP server knows its mailbox", lambda side=side: _is_known(side))
        yield made[0], made[1]


def _is_known(side: Side) -> bool:
    with smtplib.SMTP("127.0.0.1", side.postdesk.smtp_port, timeout=5) as client:
        client.ehlo()
        client.mail("someone@mail.example")
        return client.rcpt(side.address)[0] == 250


@pytest.mark.timeout(300)
def test_they_fall_silent_after_three_mails_each_way(sides: tuple[Side, Side]) -> None:
    north, south = sides
    ends = threading.Event()

    def carry() -> None:
        carried = {id(north): 0, id(south): 0}
        while not ends.wait(0.05):
            for side, other in ((north, south), (south, north)):
                for taken in side.relay.mails[carried[id(side)] :]:
                    carried[id(side)] += 1
                    if taken.recipient == other.address:  # staff are told of new tickets, too
                        other.take(taken.content, side.address)

    first = EmailMessage()
    first["From"], first["To"], first["Subject"] = south.address, north.address, "Hello"
    first["Message-ID"] = "<first@south.example>"
    first.set_content("Who is there?")
    north.take(first.as_bytes(policy=policy.SMTP), south.address)
    carrier = threading.Thread(target=carry, daemon=True)
    carrier.start()
    seen: list[object] = []

    def silent() -> bool:
        """Nothing waits anywhere, twice in a row: what one commit puts in, the next look sees."""
        counts = north.count(), south.count()
        (decided_n, waiting_n, left_n), (decided_s, waiting_s, left_s) = counts
        still = (
            waiting_n == waiting_s == 0
            and left_n == len(south.brought) == decided_s
            and left_s + 1 == len(north.brought) == decided_n
        )
        seen.append(counts if still else None)
        return still and seen[-3:] == [counts] * 3

    try:
        wait_until("both are silent", silent, seconds=60)
    finally:
        ends.set()
        carrier.join(10)
    assert 1 <= len(south.brought) <= 3
    assert 2 <= len(north.brought) <= 1 + 3
    assert not any(mark in mail for mail in south.brought for mark in MARKS)

"""The schema goes a version ahead while Postdesk is at work: nothing is lost, nothing done twice.

The code that runs is this one; the schema is brought to where a later version would have it.
"""

from __future__ import annotations

import threading
import time
import urllib.error
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from sqlalchemy import func, select, text

from helpdesk.models import InboundMail, Ticket
from helpdesk.schema import migrate, schema_state, upgrading
from tests.support.migrations_ahead import write_migration
from tests.support.running import RunningPostdesk
from tests.support.servers import wait_until
from tests.support.story import AGENT, Shop

EXPAND = """
steps.create_table(
    "parcel",
    sa.Column("id", sa.Integer(), primary_key=True),
    sa.Column("ticket_id", sa.BigInteger(), sa.ForeignKey("ticket.id")),
)
steps.add_column("ticket", sa.Column("carrier", sa.Text()))
steps.add_column("ticket", sa.Column("lost", sa.Boolean(), nullable=False, server_default="false"))
steps.add_column("comment", sa.Column("read_by_id", sa.BigInteger()))
steps.add_column("inbound_mail", sa.Column("weight", sa.Integer(), server_default="0"))
steps.add_column("outbound_mail", sa.Column("weight", sa.Integer(), server_default="0"))
steps.create_index("ix_comment_read_by", "comment", ["read_by_id", "id"])
steps.create_index("ix_inbound_mail_weight", "inbound_mail", ["weight"], where="weight > 0")
steps.add_foreign_key("fk_comment_read_by_id", "comment", "read_by_id", "person")
steps.add_check("ck_ticket_carrier", "ticket", "carrier <> ''")
steps.fill("ticket", {"carrier": "'post'"}, "carrier IS NULL")
"""


@dataclass
class Traffic:
    """Mail that comes, answers that leave, and pages that are read, until it is stopped."""

    shop: Shop
    token: str
    written: list[str] = field(default_factory=list)
    """Subjects that were taken with 250."""
    answered: list[str] = field(default_factory=list)
    """Answers that the API took."""
    problems: list[str] = field(default_factory=list)
    slowest: float = 0.0
    stopped: threading.Event = field(default_factory=threading.Event)

    def write(self) -> None:
        while not self.stopped.is_set():
            number = len(self.written)
            subject = f"Kettle number {number}."
            self.shop.customer(f"buyer{number}@mail.example").writes(subject)
            self.written.append(subject)
            self.stopped.wait(0.1)

    def answer(self) -> None:
        done = 0
        while not self.stopped.is_set():
            with self.shop.database.reading() as session:
                chosen = select(Ticket.id, Ticket.number).where(Ticket.id > done)
                newer = session.execute(chosen.order_by(Ticket.id).limit(5)).all()
            for ticket_id, number in newer:
                words = f"Answer to {number}."
                self._ask(f"tickets/{number}/comment/", comment=words)
                self.answered.append(words)
                done = ticket_id
            self.stopped.wait(0.02)

    def read(self) -> None:
        while not self.stopped.is_set():
            began = time.monotonic()
            self._ask("tickets/")
            if (status := self.shop.postdesk.get_status("/readyz")) != 200:
                self.problems.append(f"/readyz is {status}")
            self.slowest = max(self.slowest, time.monotonic() - began)

    def _ask(self, path: str, **body: str) -> None:
        try:
            self.shop.postdesk.api(path, self.token, **body)
        except (urllib.error.HTTPError, OSError) as problem:
            self.problems.append(f"{path}: {problem}")

    @contextmanager
    def going_on(self) -> Iterator[None]:
        threads = [threading.Thread(target=one) for one in (self.write, self.answer, self.read)]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            self.stopped.set()
            for thread in threads:
                thread.join(30)


@pytest.mark.slow
@pytest.mark.databases("postgresql")
def test_a_schema_goes_ahead_while_all_is_at_work(
    tmp_path: Path, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(upgrading, "FADING", 0.0)
    also = write_migration(tmp_path / "ahead", "9001", EXPAND)
    drop = 'steps.drop_column("ticket", "carrier")'
    write_migration(tmp_path / "ahead", "9002", drop, after="9001", least_code="9001")
    with RunningPostdesk(tmp_path, DATABASE_URL=database_url) as postdesk:
        shop = Shop(postdesk)
        token = postdesk.command("token", "issue", AGENT).strip()
        traffic, said = Traffic(shop, token), []
        with traffic.going_on():
            wait_until("there is traffic", lambda: len(traffic.answered) >= 5)
            migrate(shop.database, "9001", say=said.append, also=also)
            at = len(traffic.answered)
            wait_until("there is more", lambda: len(traffic.answered) >= at + 5)
        assert traffic.problems == []
        assert schema_state(shop.database).revision == "9001", said
        wait_until("all is filed", lambda: filed(shop) == len(traffic.written))
        check_mails(shop, traffic)
        # What it could not work with waits for it.
        migrate(shop.database, say=said.append, also=also)
        assert said[-1].startswith("9002 waits, as it is not for the version of before"), said
        assert schema_state(shop.database).revision == "9001"
    with shop.database.transaction() as session:
        session.execute(text("UPDATE running_part SET seen_at = seen_at - interval '1 minute'"))
    assert migrate(shop.database, also=also)
    with pytest.raises(RuntimeError, match="needs a newer Postdesk than this one"):
        postdesk.command("web")
    shop.database.dispose()


def check_mails(shop: Shop, traffic: Traffic) -> None:
    """Each mail is on one ticket, each answer left once, and the ledger is even."""
    with shop.database.reading() as session:
        subjects = Counter(session.scalars(select(Ticket.subject)))
    assert subjects == Counter(traffic.written)
    ledger = shop.postdesk.ledger()
    assert (ledger["filed"], ledger["difference"]) == (len(traffic.written), 0)
    wait_until("all answers left", lambda: set(left(shop)) >= set(traffic.answered))
    assert Counter(left(shop)) == Counter(traffic.answered)


def left(shop: Shop) -> list[str]:
    """The answers that customers got."""
    bodies = [mail.get_body(("plain",)) for mail in shop.postdesk.sent()]
    lines = [line for body in bodies if body for line in body.get_content().splitlines()]
    return [line for line in lines if line.startswith("Answer to ")]


def filed(shop: Shop) -> int:
    with shop.database.reading() as session:
        return session.scalar(select(func.count()).select_from(InboundMail)) or 0

"""A shop on several machines: two gateways, two for pages, one worker, each with its own folder.

They share a PostgreSQL, a Redis and a bucket of files; each is told apart by its data folder, as
machines are.
"""

from __future__ import annotations

import json
import os
import re
import signal
import smtplib
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from email import policy
from email.message import EmailMessage
from email.utils import make_msgid
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import select, update

from bench.browser import Browser
from helpdesk.actor import SYSTEM
from helpdesk.db import Database, UtcDateTime
from helpdesk.models import Base, Gateway, InboundMail, OutboundMail, Person, Ticket
from helpdesk.queries.gateways import gateways
from helpdesk.queries.ledger_hours import ledger_hours
from tests.conftest import SECRET
from tests.support.machines import Machines, knows, ready
from tests.support.process_tree import find
from tests.support.relay import ScriptedRelay
from tests.support.running import RunningPostdesk
from tests.support.s3_server import Bucket
from tests.support.servers import wait_until

SUPPORT = "support@shop.example"
KIM, PASSWORD = "kim@shop.example", "a long enough password"
FILE = b"%PDF-1.4 the bill\n" * 200


@pytest.fixture
def machines(
    request: pytest.FixtureRequest,
    tmp_path: Path,
    database_url: str,
    redis_url: str,
    bucket: Bucket,
) -> Iterator[tuple[Machines, ScriptedRelay]]:
    """Parametrised by the machines whose clocks are off."""
    clocks: dict[str, str] = getattr(request, "param", {})
    with ExitStack() as stack:
        relay = stack.enter_context(ScriptedRelay())
        settings = {
            "DATABASE_URL": database_url,
            "REDIS_URL": redis_url,
            "RELAY_URL": relay.url,
            **bucket.settings,
            "SECRET_KEY": SECRET,
        }
        made = Machines(tmp_path, settings)
        stack.callback(made.close)
        for name, part in (
            ("mx1", "mailgate"),
            ("mx2", "mailgate"),
            ("web1", "web"),
            ("web2", "web"),
            ("worker1", "worker"),
        ):
            made.start(name, part, clocks.get(name, ""))
        made.made["web1"].command("mailbox", "add", SUPPORT)
        kim = ("person", "add", KIM, "--role", "admin", "--password-stdin")
        made.made["web1"].command(*kim, stdin=PASSWORD)
        for name in ("mx1", "mx2"):
            wait_until(f"{name} takes mail", made.made[name].takes_connections, seconds=60)
            wait_until(
                f"{name} knows the mailbox", lambda name=name: knows(made.made[name], SUPPORT)
            )
        for name in ("web1", "web2"):
            wait_until(
                f"{name} is ready", lambda name=name: ready(made.made[name])[0] == 200, seconds=60
            )
        yield made, relay


def _lives(database: Database, gateway: str) -> bool:
    with database.reading() as session:
        return any(one.name == gateway and one.lives for one in gateways(session))


def _get(web: RunningPostdesk, path: str) -> bytes:
    with urllib.request.urlopen(web.url + path, timeout=20) as answer:
        found: bytes = answer.read()
        return found


def _write(machine: RunningPostdesk, subject: str, to: str = SUPPORT, **fields: str) -> None:
    """Ann writes a mail, by this gateway; with a file where it is an answer."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "Ann <ann@mail.example>", to, subject
    mail["Message-ID"] = make_msgid(domain="mail.example")
    for name, value in fields.items():
        mail[name.replace("_", "-")] = value
    mail.set_content(f"{subject}: please help.")
    if fields:
        mail.add_attachment(FILE, maintype="application", subtype="pdf", filename="bill.pdf")
    with smtplib.SMTP("127.0.0.1", machine.smtp_port, timeout=20) as client:
        client.sendmail("ann@mail.example", [to], mail.as_bytes(policy=policy.SMTP))


def _moments_of_other_clocks(database: Database) -> list[str]:
    """What stands anywhere in the database and is about three hours too early, or too late."""
    found, now = [], datetime.now(UTC)
    with database.reading() as session:
        for table in Base.metadata.sorted_tables:
            for column in table.columns:
                if isinstance(column.type, UtcDateTime):
                    moments = session.scalars(select(column).where(column.is_not(None)))
                    apart = [abs(moment - now) for moment in moments]
                    if any(timedelta(hours=2) < one < timedelta(hours=4) for one in apart):
                        found.append(f"{table.name}.{column.name}")
    return found


def _answers(database: Database) -> dict[int | None, OutboundMail]:
    """The mails that carry answers, by their tickets."""
    with database.reading() as session:
        answers = select(OutboundMail).where(OutboundMail.template == "comment_added_customer")
        return {one.ticket_id: one for one in session.scalars(answers)}


def _gateways(database: Database) -> list[tuple[str, str]]:
    """The subject of each mail, and the gateway that accepted it."""
    with database.reading() as session:
        chosen = select(InboundMail.subject, Gateway.name)
        rows = session.execute(
            chosen.join(Gateway, Gateway.id == InboundMail.gateway_id).order_by(InboundMail.id)
        )
        return [(subject, name) for subject, name in rows]


@pytest.mark.slow
@pytest.mark.databases("postgresql")
def test_each_does_its_part_and_what_one_loses_another_takes_over(
    machines: tuple[Machines, ScriptedRelay], database: Database
) -> None:
    shop, relay = machines
    mx1, mx2, web1, web2 = (shop.made[name] for name in ("mx1", "mx2", "web1", "web2"))
    token = web1.command("token", "issue", KIM, "--scope", "write").strip()

    # In by one gateway, answered on a web, sent by the worker.
    _write(mx1, "The kettle leaks")
    wait_until("it is filed", lambda: _gateways(database) == [("The kettle leaks", "mx1")])
    with database.reading() as session:
        number = session.scalars(select(Ticket.number)).one()
    web1.api(f"tickets/{number}/comment/", token, comment="Try a new seal.")
    wait_until("the answer left", lambda: any(b"new seal" in one.content for one in relay.mails))
    (answer,) = (one.message for one in relay.mails if b"new seal" in one.content)

    # Answered by the other gateway, with a file that the other web reads.
    _write(
        mx2,
        f"Re: {answer['Subject']}",
        In_Reply_To=str(answer["Message-ID"]),
        References=str(answer["Message-ID"]),
    )
    wait_until("it is filed", lambda: len(_gateways(database)) == 2)
    assert _gateways(database)[1][1] == "mx2"
    tracking = re.search(r"/t/\w+", str(answer.get_body(("plain",))))
    assert tracking
    link = re.search(r'href="([^"]+/files?/[^"]+)"', _get(web2, tracking[0]).decode())
    assert link
    assert _get(web2, link[1]) == FILE
    assert [one["difference"] for one in shop.ledgers().values()] == [0] * 5

    # A filer that stands still is named everywhere within 15 seconds; its mail waits.
    (filer,) = find(shop.processes["mx2"].pid, "only filer")
    os.kill(filer.pid, signal.SIGSTOP)
    _write(mx2, "Waits at mx2")
    wait_until("it is named", lambda: ready(web2)[1].get("filer") == "down: mx2")
    assert ready(web1)[0] == 200, "the other gateway works"
    wait_until("it waits", lambda: {one["waiting"] for one in shop.ledgers().values()} == {1})
    assert {one["difference"] for one in shop.ledgers().values()} == {0}

    # The machine is lost; its disk is brought to the other, and nothing is filed twice.
    shop.lose("mx2")
    wait_until("it is silent", lambda: ready(web2)[1].get("door") == "down: mx2")
    wait_until("all of it is", lambda: not _lives(database, "mx2"))
    assert "1 mail is taken over" in mx1.command("mailgate", "adopt", str(mx2.data_dir))
    wait_until("it is filed", lambda: _gateways(database)[-1] == ("Waits at mx2", "mx1"))
    wait_until("nothing is named", lambda: ready(web2)[1].get("door") == "ok")
    told = shop.ledgers()
    assert len({json.dumps(one, sort_keys=True) for one in told.values()}) == 1, told
    assert (told["web1"]["accepted"], told["web1"]["filed"]) == (3, 3)
    assert (told["web1"]["waiting"], told["web1"]["difference"]) == (0, 0)


def _is_told(machine: RunningPostdesk, database: Database, *, mails: int) -> bool:
    """Whether the ledger's hours on this machine have so many mails, and balance."""
    hours = ledger_hours(machine.data_dir / "spool", database, SYSTEM, now=datetime.now(UTC))
    return sum(one.accepted for one in hours) == mails and not any(one.difference for one in hours)


@pytest.mark.slow
@pytest.mark.databases("postgresql")
@pytest.mark.parametrize(
    "machines", [{"mx1": "+3h", "web2": "-3h", "worker1": "+3h"}], indirect=True
)
def test_clocks_that_are_off_make_nothing_false(
    machines: tuple[Machines, ScriptedRelay], database: Database
) -> None:
    """Every moment that is written is the database's; what waits for a moment waits for that."""
    shop, relay = machines
    mx1, mx2, web1, web2 = (shop.made[name] for name in ("mx1", "mx2", "web1", "web2"))
    with database.transaction() as session:
        session.execute(update(Person).values(undo_seconds=4))
    _write(mx1, "The kettle leaks")
    _write(mx2, "The lamp is broken")
    wait_until("both are filed", lambda: len(_gateways(database)) == 2)
    with database.reading() as session:
        kettle, lamp = session.scalars(select(Ticket).order_by(Ticket.subject)).all()

    # Signed in on one, at work on the other: a session is neither over nor of the future.
    for one, other in ((web2, web1), (web1, web2)):
        desk, elsewhere = Browser(one.web_port), Browser(other.web_port)
        desk.submit("/desk/login", email=KIM, password=PASSWORD)
        elsewhere._cookies = desk._cookies
        assert "The lamp is broken" in elsewhere.get(f"/desk/t/{lamp.number}")

    # An answer leaves when its time to be undone is over, and not before; another at once.
    token = web1.command("token", "issue", KIM, "--scope", "write").strip()
    elsewhere.submit(f"/desk/t/{lamp.number}", comment="We send another.", status="waiting")
    web2.api(f"tickets/{kettle.number}/comment/", token, comment="Try a new seal.")
    for words in (b"new seal", b"send another"):
        wait_until("it left", lambda words=words: any(words in one.content for one in relay.mails))
    # The relay has a mail a moment before the worker has noted it.
    wait_until("that is noted", lambda: all(one.sent_at for one in _answers(database).values()))
    by_ticket = _answers(database)
    at_once, held = by_ticket[kettle.id], by_ticket[lamp.id]
    assert at_once.sent_at
    assert held.sent_at
    assert at_once.sent_at - at_once.created_at < timedelta(hours=1)  # no clock's 3 hours
    assert held.sent_at - held.created_at >= timedelta(seconds=4)

    assert _moments_of_other_clocks(database) == []
    assert [ready(web)[0] for web in (web1, web2)] == [200, 200]
    told = shop.ledgers()
    assert len({json.dumps(one, sort_keys=True) for one in told.values()}) == 1, told
    assert (told["web1"]["accepted"], told["web1"]["filed"], told["web1"]["difference"]) == (
        2,
        2,
        0,
    )
    for machine in shop.made.values():
        # Each gateway tells of its hours every 20 s.
        is_told = partial(_is_told, machine, database, mails=2)
        wait_until("its hours are told", is_told)

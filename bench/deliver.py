"""How fast the outbox empties, beside a bare smtplib loop that writes the same mails.

The loop has no database, keeps nothing, and would lose what it was sending if it were killed. The
outbox is emptied by two workers. Each process tells its own CPU and times.
"""

from __future__ import annotations

import json
import logging
import os
import smtplib
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import structlog
from sqlalchemy import func, select

from bench import discard
from helpdesk.blobs import Blobs
from helpdesk.db import Database, connect
from helpdesk.mail_out import outbox
from helpdesk.mail_out.claims import ClaimedMail
from helpdesk.mail_out.outgoing import OutgoingMail, Recipient
from helpdesk.mail_out.templates import TemplateName
from helpdesk.models import Comment, Mailbox, OutboundMail, Person, PersonAddress, Ticket
from helpdesk.models.outbound_mail import MailQueue
from helpdesk.schema import migrate
from helpdesk.settings import load
from jobs.compose import compose_mail
from jobs.deliver import Deliverer
from tests.support.servers import PostgreSQL

TEXT = """Hello Ann,

thank you for your patience. **Your parcel left our house on Monday**; the carrier says it will be
with you before noon. You can follow it at https://carrier.example/track?n=1Z999AA1

- Number of the parcel: `1Z 999 AA1`
- Weight: 2.4 kg

Anything else I can do?"""
AGENT = "mia@shop.example"
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def measure(kind: str = "sqlite", *, mails: int = 2_000, workers: int = 2) -> dict[str, Any]:
    """Mails a second and CPU milliseconds a mail, of the loop and of the outbox on ``kind``."""
    server = PostgreSQL(durable=True) if kind == "postgresql" else None
    try:
        with tempfile.TemporaryDirectory() as folder, discard.running() as (_, port):
            environment = _environment(folder, port, server)
            database = connect(load(environment))
            migrate(database)
            fill(database, mails)
            [bare] = _run(["loop", str(mails)], environment=environment)
            told = _run(*[["work"]] * workers, environment=environment)
            _check(database, mails)
            database.dispose()
    finally:
        if server:
            server.close()
    seconds = max(one["ended"] for one in told) - min(one["began"] for one in told)
    loop_rate = mails / (bare["ended"] - bare["began"])
    return {
        "database": kind,
        "mails": mails,
        "loop_per_s": round(loop_rate, 1),
        "outbox_per_s": round(mails / seconds, 1),
        "ratio": round(mails / seconds / loop_rate, 2),
        "loop_cpu_ms": round(bare["cpu"] * 1000 / mails, 2),
        "outbox_cpu_ms": round(sum(one["cpu"] for one in told) * 1000 / mails, 2),
        "workers": workers,
    }


def _environment(folder: str, port: int, server: PostgreSQL | None) -> dict[str, str]:
    kept = {name: v for name, v in os.environ.items() if not name.startswith("POSTDESK_")}
    values = {
        "POSTDESK_DATA_DIR": folder,
        "POSTDESK_RELAY_URL": f"smtp://127.0.0.1:{port}",
        "POSTDESK_PUBLIC_URL": "https://help.shop.example",
    }
    if server:
        values["POSTDESK_DATABASE_URL"] = server.url()
    return {**kept, **values}


def fill(database: Database, mails: int, *, first: int = 0, now: datetime = NOW) -> None:
    """Put so many answers into the outbox, each on a ticket of its own, in one transaction.

    All are written by one agent, who has an address to be told at.
    """
    with database.transaction() as session:
        mailbox, person, agent = (
            session.get(*of) for of in ((Mailbox, 1), (Person, 1), (Person, 2))
        )
        if mailbox is None or person is None or agent is None:
            mailbox = Mailbox(address="support@shop.example", name="The Shop", created_at=NOW)
            person = Person(name="Ann Lee", created_at=NOW)
            agent = Person(name="Mia", role="agent", created_at=NOW)
            agent.addresses.append(PersonAddress(address=AGENT, created_at=NOW))
            session.add_all([mailbox, person])
            session.flush()
            session.add(agent)
            session.flush()
        for n in range(first, first + mails):
            ticket = Ticket(
                number=f"TKT20261123{n:05}",
                subject="Parcel late",
                mailbox_id=mailbox.id,
                requester_id=person.id,
                status="waiting",
                waiting_since=NOW,
                created_at=NOW,
                updated_at=NOW,
            )
            session.add(ticket)
            session.flush()
            comment = Comment(
                ticket_id=ticket.id,
                author_id=agent.id,
                from_staff=True,
                source="web",
                text=TEXT,
                reply_text=TEXT,
                created_at=now,
            )
            session.add(comment)
            session.flush()
            _put(session, n, ticket, comment.id, now)


def _put(session: Any, n: int, ticket: Ticket, comment_id: int, now: datetime) -> None:
    mail = OutgoingMail(
        template=TemplateName.COMMENT_ADDED_CUSTOMER,
        values={"text": TEXT, "author_name": "Mia"},
        recipient=Recipient(f"ann{n}@example.org", "Ann Lee"),
        subject=f"Re: [{ticket.number}] Parcel late",
        message_id=f"mac.{n}@shop.example",
        mailbox_id=ticket.mailbox_id,
        ticket_id=ticket.id,
        comment_id=comment_id,
        in_reply_to=f"q{n}@example.org",
        references=[f"q{n}@example.org"],
        reply_to=f"support+token{n}@shop.example",
    )
    outbox.put(session, mail, now=now)


def _run(*commands: Sequence[str], environment: dict[str, str]) -> list[dict[str, float]]:
    """Run these at once, each in a process of its own, and return what each told."""
    started = [
        subprocess.Popen(
            [sys.executable, "-m", "bench.deliver", *command],
            env=environment,
            stdout=subprocess.PIPE,
        )
        for command in commands
    ]
    return [json.loads(process.communicate(timeout=600)[0]) for process in started]


def _check(database: Database, mails: int) -> None:
    with database.reading() as session:
        sent = session.scalar(select(func.count()).where(OutboundMail.state == "sent"))
    assert sent == mails, f"only {sent} of {mails} left"


def _loop(count: int) -> None:
    """The bare loop: write each mail, hand it over, forget it."""
    settings = load()
    files = Blobs(settings.blob_url)
    client = smtplib.SMTP(settings.relay.host, settings.relay.port)
    for n in range(count):
        written = compose_mail(_mail(n), settings, files)
        client.sendmail(written.envelope_from, [f"ann{n}@example.org"], written.content)
    client.quit()


def _mail(n: int) -> ClaimedMail:
    number = f"TKT20261123{n:05}"
    return ClaimedMail(
        id=n + 1,
        queue=MailQueue.ANSWERS,
        template=TemplateName.COMMENT_ADDED_CUSTOMER,
        values={"text": TEXT, "author_name": "Mia"},
        recipient=f"ann{n}@example.org",
        recipient_name="Ann Lee",
        subject=f"Re: [{number}] Parcel late",
        message_id=f"mac.{n}@shop.example",
        in_reply_to=f"q{n}@example.org",
        references=[f"q{n}@example.org"],
        reply_to=f"support+token{n}@shop.example",
        rendered_sha256=None,
        attempt_count=0,
        created_at=NOW,
        ticket_id=n + 1,
        comment_id=None,
        ticket_number=number,
        ticket_subject="Parcel late",
        link_generation=1,
        person_id=n + 1,
        mailbox_address="support@shop.example",
        mailbox_name="The Shop",
        mailbox_signature="",
        mailbox_colour="#2f5d8a",
    )


def _work() -> None:
    # Its figures go to standard output, and no line of the log among them.
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    settings = load()
    deliverer = Deliverer(settings, connect(settings, pool_size=3))
    while deliverer.drain("answers"):
        pass
    deliverer.close()


def main(arguments: Sequence[str]) -> None:
    """``loop COUNT`` or ``work`` tells one process's share; else the whole table, of ``MAILS``."""
    if not arguments or arguments[0].isdigit():
        for kind in ("sqlite", "postgresql"):
            print(json.dumps(measure(kind, mails=int(arguments[0]) if arguments else 2_000)))
        return
    began, cpu = time.monotonic(), time.process_time()
    _loop(int(arguments[1])) if arguments[0] == "loop" else _work()
    told = {"began": began, "ended": time.monotonic(), "cpu": time.process_time() - cpu}
    print(json.dumps(told))


if __name__ == "__main__":
    main(sys.argv[1:])

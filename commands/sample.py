"""``postdesk sample``: a dozen varied mails, sent through the real SMTP port."""

from __future__ import annotations

import smtplib
import time
from datetime import datetime

import click

from commands.demo import add_orders, work_the_queue
from commands.environment import load_settings, now, plain_errors
from commands.sample_mails import answer_to_the_answer, later_mails, opening_mails
from helpdesk.db import Database
from helpdesk.settings import Settings
from helpdesk.vocabulary import Role


@click.command("sample")
@click.option("--mailbox", default="support@shop.example", help="Where to send them.")
def sample_command(mailbox: str) -> None:
    """Send a dozen varied sample mails to a running Postdesk."""
    from helpdesk import db

    settings = load_settings()
    database = db.connect(settings)
    with plain_errors():
        add_demo_people(database, mailbox, now())
    try:
        count = send_samples(settings, database, mailbox)
    except (OSError, smtplib.SMTPException) as problem:
        raise click.ClickException(f"The mails could not be sent: {problem}") from None
    finally:
        database.dispose()
    click.echo(f"Sent {count} mails to {mailbox}.")


def add_demo_people(database: Database, mailbox: str, at: datetime) -> None:
    """The demo's mailbox, and two colleagues to give tickets to."""
    from helpdesk.actions.set_up import add_mailbox, add_person
    from helpdesk.actor import SYSTEM
    from helpdesk.db import take_turns

    with database.transaction() as session:
        take_turns(session)
        add_mailbox(session, SYSTEM, mailbox, name="Shop support", now=at)
        for address, name in (("maya@localhost", "Maya Lind"), ("tom@localhost", "Tom Okafor")):
            add_person(session, SYSTEM, address, role=Role.AGENT, name=name, now=at)


def send_samples_once(settings: Settings, mailbox: str) -> None:
    """Send the samples if no ticket was ever made here."""
    from sqlalchemy import select

    from helpdesk import db
    from helpdesk.models import Ticket

    database = db.connect(settings)
    with database.reading() as session:
        if session.scalar(select(Ticket.id).limit(1)) is not None:
            return
    try:
        send_samples(settings, database, mailbox)
    except (OSError, smtplib.SMTPException) as problem:
        click.echo(f"The sample mails could not be sent: {problem}", err=True)
    finally:
        database.dispose()


def send_samples(settings: Settings, database: Database, mailbox: str) -> int:
    """Send them by SMTP; returns how many. The last ones need the first ticket's number."""
    listen = next(listen for listen in settings.smtp_listen if not listen.path)
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(listen.host, listen.host)  # noqa: S104
    count = 0
    add_orders(database, now())
    # The SMTP server learns of a new mailbox within a second.
    time.sleep(1.1)
    with smtplib.SMTP(host, listen.port, timeout=20) as client:
        for sender, raw in opening_mails(mailbox, now()):
            client.sendmail(sender, [mailbox], raw)
            count += 1
        for sender, raw in later_mails(mailbox, now(), _first_number(database)):
            client.sendmail(sender, [mailbox], raw)
            count += 1
        address = work_the_queue(database, now)
        sender, raw = answer_to_the_answer(address, now())
        client.sendmail(sender, [address], raw)
    return count + 1


def _first_number(database: Database) -> str:
    from sqlalchemy import select

    from helpdesk.models import Ticket

    for _ in range(100):
        with database.reading() as session:
            number = session.scalar(
                select(Ticket.number).where(Ticket.subject == "Parcel late").limit(1)
            )
        if number:
            return number
        time.sleep(0.1)
    return "TKT20200101001"

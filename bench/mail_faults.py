"""Mails that do harm: bombs, and such as can never be filed."""

from __future__ import annotations

import smtplib
import threading

from sqlalchemy import func, select, text

from bench.bombs import BOMBS, SENDER, bomb
from bench.burst import Stage
from bench.mails import MAILBOX
from helpdesk.models import InboundMail
from tests.support.servers import wait_until

_POISON = "Poison"
_REFUSE = f"""
    CREATE TRIGGER refuse_poison BEFORE INSERT ON ticket WHEN NEW.subject LIKE '{_POISON} %'
    BEGIN SELECT RAISE(ABORT, 'poison'); END
"""
POISONS = 10


def send_bombs(stage: Stage, over: threading.Event) -> None:
    """The bombs come among the mails, one after the other."""
    for name in BOMBS:
        if over.wait(0.3):
            break
        _send(stage, bomb(name))


def send_poison(stage: Stage, over: threading.Event) -> None:
    """Mails come among the others that the database refuses, each time that they are to be filed.

    They must be in quarantine in the end.
    """
    with stage.database.transaction() as session:
        session.execute(text(_REFUSE))
    for number in range(POISONS):
        over.wait(0.3)
        head = f"From: {SENDER}\r\nTo: {MAILBOX}\r\nMessage-ID: <poison-{number}@mail.example>\r\n"
        _send(stage, f"{head}Subject: {_POISON} {number}\r\n\r\nHear me.\r\n".encode())
    over.wait()
    wait_until("they are held", lambda: _count_held(stage) == POISONS)


def _send(stage: Stage, content: bytes) -> None:
    with smtplib.SMTP("127.0.0.1", stage.postdesk.smtp_port, timeout=60) as client:
        client.sendmail(SENDER, [MAILBOX], content)


def _count_held(stage: Stage) -> int:
    held = InboundMail.state == "held"
    with stage.database.reading() as session:
        return session.scalar(select(func.count(InboundMail.id)).where(held)) or 0

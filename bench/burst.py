"""A burst of mails that meets a fault: what that may lay hands on, what became of the mails."""

from __future__ import annotations

import os
import random
import signal
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import func, select

from bench import clients, sink
from bench.mails import Mail
from helpdesk.db import Database
from helpdesk.mail_out.templates import TemplateName
from helpdesk.models import InboundMail, OutboundMail
from tests.support.process_tree import tree
from tests.support.running import RunningPostdesk
from tests.support.s3_server import Bucket
from tests.support.servers import PostgreSQL

FILER = "mailgate --only filer"


@dataclass(frozen=True)
class Stage:
    """What a fault may lay hands on."""

    postdesk: RunningPostdesk
    database: Database
    postgresql: PostgreSQL | None
    bucket: Bucket | None
    chance: random.Random
    standby: PostgreSQL | None = None


Fault = Callable[[Stage, threading.Event], None]
"""Does its harm, again and again or once, until the event is set; then leaves all in order."""


def kill(stage: Stage, words: str) -> None:
    """End a part and all it started, so that nothing of it can finish its work."""
    for part in stage.postdesk.parts(words):
        kill_tree(part.pid)


def kill_tree(root: int) -> None:
    """SIGKILL for a process and all below it."""
    for process in tree(root):
        with suppress(ProcessLookupError):
            os.kill(process.pid, signal.SIGKILL)


@dataclass(frozen=True)
class Counts:
    """What one burst led to."""

    accepted: int
    """Different mails that a client was told ``250`` for."""
    lost: int
    filed_twice: int
    unbalanced: int
    unanswered: int
    """Filed, but never acknowledged."""
    sent_twice: int
    """Acknowledgements that came twice with the same Message-ID: allowed after a kill."""
    answered_differently: int
    """Senders who got two acknowledgements with different Message-IDs: never allowed."""
    retries: int
    longest_wait_s: float
    """From acceptance until filing, at the most, of the burst's mails: a bomb may take its time."""

    @property
    def holds(self) -> bool:
        bad = (self.lost, self.filed_twice, self.unbalanced, self.unanswered)
        return not any(bad) and not self.answered_differently


def count_burst(
    database: Database,
    to: sink.Sink,
    mails: Sequence[Mail],
    sent: clients.Sent,
    difference: int,
) -> Counts:
    """Count what became of these mails, once all is over.

    :param difference: the ledger's.
    """
    accepted = set(sent.accepted)
    with database.reading() as session:
        rows = session.execute(
            select(InboundMail.message_id, func.count())
            .where(InboundMail.state == "filed", InboundMail.ticket_id.is_not(None))
            .group_by(InboundMail.message_id)
        )
        filed = {row[0]: row[1] for row in rows}
        waited = session.execute(
            select(InboundMail.message_id, InboundMail.received_at, InboundMail.decided_at).where(
                InboundMail.state == "filed"
            )
        )
        names = {mail.message_id.strip("<>") for mail in mails}
        # A fault may set the clock by a day.
        day = timedelta(days=1)
        waits = [((at - came) % day).total_seconds() for name, came, at in waited if name in names]
    counts = {mail.message_id: filed.get(mail.message_id.strip("<>"), 0) for mail in mails}
    answers = {
        mail.message_id: to.by_recipient.get(mail.sender, [])
        for mail in mails
        if counts[mail.message_id]
    }
    return Counts(
        accepted=len(accepted),
        lost=sum(counts[message_id] == 0 for message_id in accepted),
        filed_twice=sum(count > 1 for count in counts.values()),
        unbalanced=abs(difference),
        unanswered=sum(not ids for ids in answers.values()),
        sent_twice=sum(len(ids) - len(set(ids)) for ids in answers.values()),
        answered_differently=sum(len(set(ids)) > 1 for ids in answers.values()),
        retries=sent.retries,
        longest_wait_s=max(waits, default=0.0),
    )


def count_unacknowledged(database: Database) -> int:
    """The acknowledgements that have not left, whatever moment stands at them."""
    waits = OutboundMail.state.in_(("queued", "sending", "deferred"))
    of = OutboundMail.template == TemplateName.TICKET_CREATED_CUSTOMER
    with database.reading() as session:
        return session.scalar(select(func.count()).where(waits, of)) or 0

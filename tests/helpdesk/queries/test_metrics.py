"""The counts that a monitoring system reads."""

from __future__ import annotations

from datetime import timedelta

from helpdesk.db import Database
from helpdesk.models import OutboundMail
from helpdesk.queries.metrics import metric_counts
from helpdesk.vocabulary import STATUSES
from tests.helpdesk.mails import mail, receive
from tests.helpdesk.outbox_rows import put_mail
from tests.support.factories import NOW, Shop


def test_every_known_name_is_counted(database: Database, shop: Shop) -> None:
    with database.reading() as session:
        counts = metric_counts(session, now=NOW)
    assert counts.tickets == dict.fromkeys(STATUSES, 0)
    assert counts.oldest_unsent_seconds == 0
    receive(database, mail())
    with database.transaction() as session:
        session.get_one(OutboundMail, put_mail(session, NOW)).state = "sent"
    with database.reading() as session:
        counts = metric_counts(session, now=NOW + timedelta(minutes=2))
    assert (counts.tickets["open"], counts.inbound["filed"], counts.outbound["sent"]) == (1, 1, 1)
    assert counts.oldest_unsent_seconds == 120, "the acknowledgement waits"


def test_what_is_to_leave_tomorrow_is_not_late(database: Database, shop: Shop) -> None:
    with database.transaction() as session:
        put_mail(session, NOW, not_before=NOW + timedelta(days=1))
    with database.reading() as session:
        assert metric_counts(session, now=NOW + timedelta(hours=1)).oldest_unsent_seconds == 0

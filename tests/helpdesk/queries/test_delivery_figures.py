"""Deliveries by the day."""

from __future__ import annotations

from datetime import timedelta

import pytest

from helpdesk.db import Database
from helpdesk.errors import NotAllowed
from helpdesk.models import OutboundMail
from helpdesk.queries.delivery_figures import delivery_figures
from helpdesk.tickets.access import actor_of
from tests.helpdesk.outbox_rows import SAM, finish, put_answers, put_mail
from tests.support.factories import NOW, Shop


def test_each_day_counts_what_was_sent_lost_and_waits(database: Database, shop: Shop) -> None:
    states = ("sent", "sent", "failed", "bounced", "uncertain", "queued", "cancelled")
    with database.transaction() as session:
        for state in states:
            session.get_one(OutboundMail, put_mail(session, NOW)).state = state
        session.get_one(OutboundMail, put_mail(session, NOW - timedelta(days=1))).state = "sent"
        put_mail(session, NOW - timedelta(days=40))
    with database.reading() as session:
        days = delivery_figures(session, shop.agent, now=NOW, days=3).days
        assert [day.day for day in days] == [(NOW - timedelta(days=n)).date() for n in (2, 1, 0)]
        assert [(day.sent, day.lost, day.waiting) for day in days] == [
            (0, 0, 0), (1, 0, 0), (2, 3, 1),
        ]  # fmt: skip
        with pytest.raises(NotAllowed):
            delivery_figures(session, actor_of(shop.ann), now=NOW)


def test_the_share_that_arrives_by_day(database: Database) -> None:
    with database.transaction() as session:
        ids = put_answers(session, *(f"p{n}@example.org" for n in range(4)))
        finish(session, dict(zip(ids, ["sent", "sent", "sent", "failed"], strict=True)))
        put_mail(session, NOW)
        old = put_mail(session, NOW - timedelta(days=3))
        session.get_one(OutboundMail, old).state = "bounced"
    with database.reading() as session:
        figures = delivery_figures(session, SAM, now=NOW, days=4)
    assert [(day.sent, day.lost, day.waiting) for day in figures.days] == [
        (0, 1, 0), (0, 0, 0), (0, 0, 0), (3, 1, 1)]  # fmt: skip
    assert figures.success == 0.6

"""The figures over time, against counts made by hand."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from helpdesk.actions.edit_category import rename_category
from helpdesk.actor import Actor
from helpdesk.db import Database
from helpdesk.errors import NotAllowed
from helpdesk.queries.stats import figures
from helpdesk.queries.trends import Day, Spread, trends
from tests.support.factories import NOW, make_shop, make_ticket


def test_each_day_and_each_category_is_counted(database: Database) -> None:
    shop = make_shop(database)
    with database.transaction() as session:
        # Minutes to the first answer; every second one was solved an hour after it.
        for n, minutes in enumerate((10, 20, 30, 40, 50, 60, 70, 80, 90, 1000)):
            at = NOW - timedelta(days=n % 3)
            ticket = make_ticket(session, shop.ann, f"Ticket {n}", now=at)
            ticket.category = "refund" if n < 4 else "other"
            ticket.first_response_at = at + timedelta(minutes=minutes)
            if n % 2:
                ticket.resolved_at = at + timedelta(minutes=minutes + 60)
                ticket.rating = "good" if n > 3 else "bad"
                ticket.rated_at = at
                ticket.rating_comment = f"Words {n}" if n < 4 else ""
        make_ticket(session, shop.bob, "Long ago", now=NOW - timedelta(days=40))
        rename_category(session, shop.admin, 4, "Money back", now=NOW)

        found = trends(session, shop.agent, days=7, now=NOW)
        assert len(found.days) == 7
        assert found.days[-3:] == (
            Day(date(2026, 11, 21), 3, 1),
            Day(date(2026, 11, 22), 3, 2),
            Day(date(2026, 11, 23), 4, 1),
        )
        every, other, refund = found.speeds
        assert (every.label, every.came) == ("", 10)
        assert every.first_answer == Spread(10, 50 * 60, 90 * 60)
        assert (other.label, other.first_answer) == (
            "Other",
            Spread(6, 70 * 60, 1005 * 60),
        )  # rounded up
        assert (refund.label, refund.came) == ("Money back", 4)
        assert refund.solved == Spread(2, 80 * 60, 100 * 60)
        assert len(trends(session, shop.agent, days=90, now=NOW).days) == 90
        assert found.ratings.by_grade == {"good": 3, "okay": 0, "bad": 2}
        assert found.ratings.satisfied == 60
        assert [(one.comment, one.grade) for one in found.words] == [
            ("Words 3", "bad"),
            ("Words 1", "bad"),
        ]
        # Given today: n = 9 and n = 3.
        assert trends(session, shop.agent, days=1, now=NOW).ratings.by_grade == {
            "good": 1,
            "okay": 0,
            "bad": 1,
        }
        counted = figures(session, shop.agent)
        assert (counted.rated, counted.rated_good) == (5, 3)
        with pytest.raises(NotAllowed):
            trends(session, Actor(shop.ann.id, "customer"), days=7, now=NOW)


def test_with_nothing_there_is_nothing_to_tell(database: Database) -> None:
    shop = make_shop(database)
    with database.reading() as session:
        found = trends(session, shop.agent, days=1, now=NOW)
    assert found.days == (Day(date(2026, 11, 23), 0, 0),)
    assert found.speeds[0].first_answer == Spread(0)

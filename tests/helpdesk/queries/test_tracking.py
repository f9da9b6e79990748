"""A ticket as its tracking link shows it."""

from __future__ import annotations

import pytest
from sqlalchemy import delete

from helpdesk import links
from helpdesk.db import Database
from helpdesk.errors import NotFound
from helpdesk.models import Change, Ticket
from helpdesk.queries.tracking import tracking_page
from tests.conftest import SECRET
from tests.helpdesk.queries.conftest import NOTE, token
from tests.support.factories import Shop


def test_a_customer_sees_no_notes_and_no_machine_mail(
    database: Database, shop: Shop, ticket: Ticket
) -> None:
    with database.reading() as session:
        page = tracking_page(session, token(ticket))
    assert [one.text for one in page.comments] == ["It leaks.", "Try a new seal."]
    assert NOTE not in str(page)
    assert "away" not in str(page)
    assert all(one.inbound_why == "" and one.deliveries == () for one in page.comments)


def test_a_ticket_without_a_history_has_no_steps(
    database: Database, shop: Shop, ticket: Ticket
) -> None:
    with database.transaction() as session:
        session.execute(delete(Change).where(Change.ticket_id == ticket.id))
    with database.reading() as session:
        assert tracking_page(session, token(ticket)).steps == ()


def test_a_link_that_is_not_ours_or_was_revoked_shows_nothing(
    database: Database, shop: Shop, ticket: Ticket
) -> None:
    good = token(ticket)
    forged = links.tracking_token("another secret " * 3, ticket.id, 1, shop.ann.id)
    elsewhere = links.reply_token(SECRET, ticket.id, shop.ann.id, 1)
    nowhere = links.tracking_token(SECRET, 10**15, 1, shop.ann.id)
    for wrong in (forged, elsewhere, nowhere, "", "\0", "ü" * 99, good[:-1], good + "a"):
        with database.reading() as session, pytest.raises(NotFound):
            tracking_page(session, wrong)
    with database.transaction() as session:
        session.get_one(Ticket, ticket.id).link_generation += 1
    with database.reading() as session, pytest.raises(NotFound):
        tracking_page(session, good)

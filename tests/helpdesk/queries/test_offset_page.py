"""Pages by number."""

from __future__ import annotations

from sqlalchemy import select

from helpdesk.db import Database
from helpdesk.models import Ticket
from helpdesk.queries.offset_page import count_of, offset_page
from tests.support.factories import Shop, make_ticket


def test_pages_hold_each_row_once_newest_first(database: Database, shop: Shop) -> None:
    with database.transaction() as session:
        ids = [make_ticket(session, shop.ann, f"Ticket {n}").id for n in range(5)]
        make_ticket(session, shop.bob)
    where = [Ticket.requester_id == shop.ann.id]
    with database.reading() as session:
        assert count_of(session, Ticket, where) == 5
        pages = [
            list(session.scalars(offset_page(select(Ticket.id), Ticket, where, page=n, size=2)))
            for n in (1, 2, 3, 4)
        ]
    assert pages == [[ids[4], ids[3]], [ids[2], ids[1]], [ids[0]], []]

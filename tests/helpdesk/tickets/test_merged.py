"""Which ticket a ticket is now."""

from __future__ import annotations

import pytest

from helpdesk.actions.merge_tickets import merge_tickets
from helpdesk.db import Database
from helpdesk.errors import TicketMerged
from helpdesk.models import Ticket
from helpdesk.tickets.merged import check_goes_on_here, current_ticket
from tests.support.factories import NOW, Shop, make_ticket


def test_a_merged_ticket_is_the_last_of_those_it_was_merged_into(
    database: Database, shop: Shop
) -> None:
    with database.transaction() as session:
        first, second, last = (make_ticket(session, shop.ann) for _ in range(3))
        assert current_ticket(session, first.id) is first
        check_goes_on_here(session, first)
        merge_tickets(session, shop.agent, first.id, second.id, now=NOW)
        merge_tickets(session, shop.agent, second.id, last.id, now=NOW)
    with database.transaction() as session:
        for ticket_id in (first.id, second.id, last.id):
            assert current_ticket(session, ticket_id, for_update=True).id == last.id
        with pytest.raises(TicketMerged, match=last.number):
            check_goes_on_here(session, session.get_one(Ticket, first.id))

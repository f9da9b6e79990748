"""The side conversations of a ticket, as its page shows them."""

from __future__ import annotations

from helpdesk.db import Database
from helpdesk.models import Ticket
from helpdesk.queries.side_conversations import side_conversations
from helpdesk.queries.ticket import ticket_page
from tests.helpdesk.actions.test_file_side_mail import answer
from tests.helpdesk.actions.test_side_conversation import CARRIER, DEPOT, sent, start, ticket
from tests.helpdesk.mails import receive
from tests.support.factories import Shop

__all__ = ["ticket"]


def test_they_are_named_by_who_is_in_them(database: Database, shop: Shop, ticket: Ticket) -> None:
    start(database, shop, ticket)
    start(database, shop, ticket, to=f"{DEPOT}, {CARRIER}", subject="Another")
    with database.reading() as session:
        first, second = side_conversations(session, ticket.id)
    assert (first.name, first.to, first.subject) == ("info", CARRIER, "Parcel 1Z99")
    assert (second.name, second.to) == ("depot and 1 more", f"{DEPOT}, {CARRIER}")


def test_the_page_has_their_messages_apart_and_offers_to_add_nobody(
    database: Database, shop: Shop, ticket: Ticket
) -> None:
    made = start(database, shop, ticket)
    receive(database, answer(sent(database)[0]))
    with database.reading() as session:
        page = ticket_page(session, shop.agent, ticket.number)
    assert [one.side_id for one in page.comments] == [None, *[made.side_conversation_id] * 2]
    assert not page.strangers

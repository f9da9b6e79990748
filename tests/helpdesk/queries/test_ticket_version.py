"""The version of a ticket beside its messages."""

from __future__ import annotations

from helpdesk.actions.add_note import add_note
from helpdesk.actions.change_ticket import change_priority
from helpdesk.db import Database
from helpdesk.models import OutboundMail, Ticket
from helpdesk.queries.ticket import ticket_page
from helpdesk.queries.ticket_version import ticket_version, version_of
from tests.helpdesk.mails import outbox
from tests.support.factories import NOW, Shop


def test_it_is_the_pages_and_changes_with_fields_and_deliveries(
    database: Database, shop: Shop, ticket: Ticket
) -> None:
    def version() -> str:
        with database.reading() as session:
            found = ticket_version(session, session.get_one(Ticket, ticket.id))
            assert ticket_page(session, shop.agent, ticket.number).version == found
            return found

    first = version()
    with database.transaction() as session:
        add_note(session, shop.agent, ticket.id, text="A message is no change", now=NOW)
    assert version() == first
    with database.transaction() as session:
        change_priority(session, shop.agent, ticket.id, "high", now=NOW)
    second = version()
    assert second != first
    answer = outbox(database, "comment_added_customer")[0]
    with database.transaction() as session:
        session.get_one(OutboundMail, answer.id).state = "sent"
    assert version() not in (first, second)


def test_the_order_of_mails_does_not_count() -> None:
    mails = [(1, "sent", 1), (2, "queued", 0)]
    assert version_of(1, "", mails) == version_of(1, "", reversed(mails))
    assert version_of(1, "", mails) != version_of(1, "good", mails)

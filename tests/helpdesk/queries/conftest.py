"""A shop, a ticket with all that tickets have, and its link."""

from __future__ import annotations

import pytest

from helpdesk import links
from helpdesk.actions.add_note import add_note
from helpdesk.actions.reply import Answer, reply
from helpdesk.db import Database
from helpdesk.models import Participant, Ticket
from helpdesk.tickets.content import StoredFile
from tests.conftest import SECRET
from tests.helpdesk.mails import mail, outbox, receive, ticket_of
from tests.support.factories import NOW, Shop

FILE = StoredFile("bill.pdf", "application/pdf", 3, "ab" * 32)


NOTE = "the customer must never read this"


@pytest.fixture
def ticket(database: Database, shop: Shop) -> Ticket:
    """Ann's: her mail with a file, an answer, a note with a file, an automatic reply."""
    filed = receive(database, mail(files=(FILE,)))
    with database.transaction() as session:
        assert filed.ticket_id
        reply(session, shop.agent, filed.ticket_id, Answer("Try a new seal."), now=NOW)
        add_note(session, shop.agent, filed.ticket_id, text=NOTE, files=[FILE], now=NOW)
    sent = outbox(database, "comment_added_customer")[0].message_id
    receive(database, mail(kind="auto_reply", text="I am away", in_reply_to=(sent,), files=(FILE,)))
    return ticket_of(database, filed)


def in_copy(database: Database, ticket: Ticket, shop: Shop, *, pending: bool) -> None:
    with database.transaction() as session:
        session.add(
            Participant(
                ticket_id=ticket.id,
                person_id=shop.bob.id,
                role="copy",
                pending=pending,
                added_at=NOW,
            )
        )


def token(ticket: Ticket) -> str:
    return links.tracking_token(SECRET, ticket.id, ticket.link_generation, ticket.requester_id)

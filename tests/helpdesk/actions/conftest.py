"""A ticket that mail comes in for."""

from __future__ import annotations

import pytest

from helpdesk.actions.reply import Answer, reply
from helpdesk.db import Database
from helpdesk.models import Ticket
from tests.helpdesk.mails import (
    mail,
    receive,
    ticket_of,
)
from tests.support.factories import NOW, Shop


@pytest.fixture
def answered_ticket(database: Database, shop: Shop) -> Ticket:
    """Ann's, with an answer from staff."""
    filed = receive(database, mail(message_id="hers@mail.example"))
    with database.transaction() as session:
        assert filed.ticket_id
        reply(session, shop.agent, filed.ticket_id, Answer("Try a new seal."), now=NOW)
    return ticket_of(database, filed)

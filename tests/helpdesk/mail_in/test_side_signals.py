"""What names a side conversation, and what that finds."""

from __future__ import annotations

from sqlalchemy import event

from helpdesk import links
from helpdesk.actions.merge_tickets import merge_tickets
from helpdesk.db import Database
from helpdesk.models import OutboundMail, Ticket
from helpdesk.tickets.people import person_at
from tests.conftest import SECRET
from tests.helpdesk.actions.test_file_side_mail import CARRIER, answer, aside, place, ticket
from tests.helpdesk.mails import comments_of, mail, receive, ticket_of
from tests.support.factories import NOW, Shop

__all__ = ["aside", "ticket"]


def test_a_revoked_reply_address_gives_nothing(
    database: Database, shop: Shop, ticket: Ticket, aside: OutboundMail
) -> None:
    with database.reading() as session:
        person = person_at(session, CARRIER)
    assert person
    (side_id,) = {one.side_conversation_id for one in comments_of(database, ticket.id)} - {None}
    token = links.side_token(SECRET, side_id, person.id, 2)
    assert place(database, ticket, answer(aside, to=(f"support+{token}@shop.example",))) == "own"


def test_merged_it_is_found_on_the_ticket_that_goes_on(
    database: Database, shop: Shop, ticket: Ticket, aside: OutboundMail
) -> None:
    other = ticket_of(database, receive(database, mail("bob@mail.example")))
    with database.transaction() as session:
        merge_tickets(session, shop.agent, ticket.id, other.id, now=NOW)
    assert place(database, other, answer(aside)) == "side"
    assert place(database, other, answer(aside, to=(), in_reply_to=(aside.message_id,))) == "side"


def test_a_mail_that_names_none_asks_nothing_of_it(
    database: Database, shop: Shop, ticket: Ticket, aside: OutboundMail
) -> None:
    asked: list[str] = []
    event.listen(database.engine, "before_cursor_execute", lambda *a: asked.append(a[2]))
    receive(database, mail("bob@mail.example", references=("some@mail.example",)))
    assert asked
    assert not [one for one in asked if "FROM side_" in one]

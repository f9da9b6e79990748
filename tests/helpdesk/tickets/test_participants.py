"""The people on a ticket, and the tickets that it names."""

from __future__ import annotations

from sqlalchemy import select

from helpdesk.db import Database
from helpdesk.models import ParticipantRole, Ticket, TicketLink, TicketLinkKind
from helpdesk.tickets.participants import add_participant, link_tickets
from tests.helpdesk.mails import participants_of
from tests.support.factories import NOW, Shop, make_ticket


def test_somebody_is_put_onto_a_ticket_once_and_never_back_to_pending(
    database: Database, shop: Shop, ticket: Ticket
) -> None:
    def add(*, pending: bool) -> bool:
        with database.transaction() as session:
            on = session.get_one(Ticket, ticket.id)
            add_participant(session, on, shop.bob.id, ParticipantRole.COPY, NOW, pending=pending)
        return participants_of(database, ticket.id)[shop.bob.id]

    assert [add(pending=pending) for pending in (True, False, True)] == [True, False, False]
    assert len(participants_of(database, ticket.id)) == 2


def test_a_ticket_names_another_and_not_itself(
    database: Database, shop: Shop, ticket: Ticket
) -> None:
    with database.transaction() as session:
        other = make_ticket(session, shop.bob)
        for named in (ticket.id, other.id):
            link_tickets(session, ticket, named, TicketLinkKind.MENTIONS, NOW)
        session.flush()
        links = session.scalars(select(TicketLink)).all()
        assert [(link.ticket_id, link.other_id) for link in links] == [(ticket.id, other.id)]

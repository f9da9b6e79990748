"""A customer writes on the page of a ticket that was closed."""

from __future__ import annotations

from datetime import timedelta

import pytest

from helpdesk.actions.change_ticket import change_status
from helpdesk.actions.write_again import write_again
from helpdesk.db import Database
from helpdesk.models import Mailbox, Ticket
from helpdesk.tickets.access import actor_of
from tests.helpdesk.mails import mail, receive
from tests.support.factories import NOW, make_shop, make_ticket

DAY = timedelta(days=1)


@pytest.mark.parametrize(("days", "goes_on"), [(14, True), (15, False)])
def test_without_a_mailbox_the_usual_days_count_by_mail_and_on_the_page(
    database: Database, days: int, goes_on: bool
) -> None:
    shop = make_shop(database)
    then = NOW + days * DAY
    with database.transaction() as session:
        session.get_one(Mailbox, shop.mailbox.id).reopening_days = 90
        on_page, by_mail = (make_ticket(session, shop.ann) for _ in range(2))
        for ticket in (on_page, by_mail):
            ticket.mailbox_id = None
            for status in ("resolved", "closed"):
                change_status(session, shop.agent, ticket.id, status, now=NOW)
    with database.transaction() as session:
        written = write_again(
            session, actor_of(shop.ann), on_page.id, text="It leaks again.", now=then
        )
    filed = receive(database, mail(subject=f"Re: [{by_mail.number}]"), now=then)
    assert (written.id == on_page.id, filed.ticket_id == by_mail.id) == (goes_on, goes_on)
    with database.reading() as session:
        status = session.get_one(Ticket, by_mail.id).status
    assert status == ("open" if goes_on else "closed")

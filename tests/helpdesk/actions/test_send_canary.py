"""The canary: sent in its time, known when it returns."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from helpdesk.actions.receive_mail import receive_mail
from helpdesk.actions.send_canary import CANARY_BACK, canary_returned, send_canary
from helpdesk.actor import Actor
from helpdesk.db import Database
from helpdesk.mail_out.canary import read_canary
from helpdesk.models import Canary, InboundMail, OutboundMail, Ticket
from helpdesk.queries.mail_watch import flights
from tests.conftest import SECRET
from tests.helpdesk.mails import mail
from tests.support.factories import make_shop

MONDAY = datetime(2026, 11, 23, tzinfo=UTC)
STAFF = Actor(1, "agent")
EVERY = timedelta(minutes=15)


def test_a_canary_is_sent_when_it_is_time_and_recognised_when_it_returns(
    database: Database,
) -> None:
    make_shop(database)
    address = "support@shop.example"
    with database.transaction() as session:
        assert send_canary(session, address, every=EVERY, now=MONDAY)
        assert not send_canary(session, address, every=EVERY, now=MONDAY + timedelta(minutes=9))
    with database.reading() as session:
        (out,) = session.scalars(select(OutboundMail))
        (canary,) = session.scalars(select(Canary))
    assert (out.template, out.recipient) == ("canary", address)
    back = MONDAY + timedelta(seconds=42)
    subject = f"[external] Postdesk canary {out.values['name']}"
    with database.transaction() as session:
        filed = receive_mail(session, mail(subject=subject, received_at=back), now=back)
    assert (filed.state, filed.reason) == ("set_aside", CANARY_BACK)
    with database.reading() as session:
        assert session.scalar(select(Ticket.id)) is None
        (flight,) = flights(session, STAFF, back)
        (row,) = session.scalars(select(InboundMail))
    assert flight.seconds == 42
    assert row.mailbox_id is None, "it must not make a quiet mailbox look busy"
    with database.transaction() as session:
        again = MONDAY + timedelta(hours=1)
        assert canary_returned(session, subject, again)
    with database.reading() as session:
        assert flights(session, STAFF, back)[0].seconds == 42, "the first time counts"
    assert canary.id == read_canary((SECRET,), subject)


@pytest.mark.databases("sqlite")
def test_a_canary_for_an_address_that_is_no_mailbox_names_the_setting(database: Database) -> None:
    make_shop(database)
    with database.transaction() as session, pytest.raises(LookupError, match="POSTDESK_CANARY"):
        send_canary(session, "nobody@shop.example", every=EVERY, now=MONDAY)

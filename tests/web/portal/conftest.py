"""What tests of several customers’ pages share."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from helpdesk.actions.change_people import add_person_to
from helpdesk.actions.link_order import change_order
from helpdesk.actions.reply import Answer, reply
from helpdesk.actor import Actor
from helpdesk.models import Ticket
from tests.support.clock import FakeClock
from tests.web.conftest import Desk


@pytest.fixture
def bens(desk: Desk, clock: FakeClock) -> str:
    """The page of Ann's ticket behind the link that was mailed to Ben, whom staff put in copy."""
    bo = Actor(desk.bo.id, "agent")
    with desk.database.transaction() as session:
        change_order(session, bo, desk.ticket.id, "A-1001", now=clock.now)
        add_person_to(session, bo, desk.ticket.id, desk.ben.id, now=clock.now)
        reply(session, bo, desk.ticket.id, Answer("It is on its way."), now=clock.now)
    return f"/t/{desk.token(desk.ticket, desk.ben)}"


WRITTEN = {"email": "new@mail.example", "name": "Nora New", "category": "refund",
           "subject": "Money back", "text": "I sent it back.\n\nWhen do I get it?"}  # fmt: skip


def newest(desk: Desk) -> Ticket:
    with desk.database.reading() as session:
        return session.scalars(select(Ticket).order_by(Ticket.id.desc())).first()  # type: ignore[return-value]

"""What the sweep asks before it looks closer."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import update

from helpdesk.actions.change_many import Selection, begin_bulk
from helpdesk.actions.erase_person import begin_erasure
from helpdesk.db import Database
from helpdesk.models import Mailbox, Notice, OutboundMail, OutboundState, SentCopy
from helpdesk.queries.at_hand import AtHand, at_hand
from helpdesk.queries.erasure import plan_erasure
from tests.helpdesk.outbox_rows import add_ticket, put_mail
from tests.support.factories import NOW, make_shop, make_ticket

NOTHING = AtHand(mails=False, notices=False, bulks=False, erasures=False, copies=False)


def found(database: Database) -> AtHand:
    with database.asking() as session:
        return at_hand(session, NOW)


def test_nothing_is_to_be_done(database: Database) -> None:
    make_shop(database)
    assert found(database) == NOTHING


def test_a_mail_is_at_hand_until_it_is_sent(database: Database) -> None:
    with database.transaction() as session:
        mail_id = put_mail(session, NOW, not_before=NOW + timedelta(hours=1))
    for state in (OutboundState.QUEUED, OutboundState.SENDING, OutboundState.SENT):
        with database.transaction() as session:
            session.get_one(OutboundMail, mail_id).state = state
        assert found(database).mails == (state != OutboundState.SENT)


def test_a_copy_is_at_hand_once_it_is_due(database: Database) -> None:
    with database.transaction() as session:
        mail_id = put_mail(session, NOW, add_ticket(session, NOW))
        box = session.query(Mailbox).one()
        later = NOW + timedelta(minutes=1)
        session.add(
            SentCopy(outbound_mail_id=mail_id, mailbox_id=box.id, next_try_at=later, created_at=NOW)
        )
    assert not found(database).copies
    with database.transaction() as session:
        session.query(SentCopy).one().next_try_at = NOW
    assert found(database).copies


def test_a_notice_is_at_hand_once_it_is_due(database: Database) -> None:
    shop = make_shop(database)
    with database.transaction() as session:
        make_ticket(session, shop.ann, now=NOW)
    for late, is_due in ((timedelta(0), True), (timedelta(minutes=1), False)):
        with database.transaction() as session:
            session.execute(update(Notice).values(due_at=NOW + late))
        assert found(database).notices == is_due


def test_what_was_asked_of_many_and_who_is_to_be_erased_are_at_hand(database: Database) -> None:
    shop = make_shop(database)
    with database.transaction() as session:
        ticket = make_ticket(session, shop.ann, now=NOW)
        begin_bulk(session, shop.agent, Selection([ticket.id]), "priority", "low", now=NOW)
    assert (found(database).bulks, found(database).erasures) == (True, False)
    with database.reading() as session:
        plan = plan_erasure(session, shop.admin, "ann@mail.example")
    with database.transaction() as session:
        begin_erasure(session, shop.admin, plan, now=NOW)
    assert found(database).erasures

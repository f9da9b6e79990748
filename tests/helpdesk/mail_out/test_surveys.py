"""Surveys: one a ticket, planned when it is resolved, taken back when it is open again."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.actions.reply import Answer, reply
from helpdesk.db import Database
from helpdesk.mail_out.surveys import plan_survey, take_back_survey
from helpdesk.mail_out.templates import TemplateName
from helpdesk.models import OutboundMail, Ticket
from tests.support.factories import NOW, Shop, make_shop, make_ticket

pytestmark = pytest.mark.databases("sqlite")
LATER = NOW + timedelta(hours=1)


def surveys(session: Session) -> list[OutboundMail]:
    found = select(OutboundMail).where(OutboundMail.template == TemplateName.SURVEY_CUSTOMER)
    return list(session.scalars(found.order_by(OutboundMail.id)))


def answered_ticket(session: Session, shop: Shop) -> Ticket:
    ticket = make_ticket(session, shop.ann)
    reply(session, shop.agent, ticket.id, Answer("A new seal."), now=NOW)
    assert ticket.mailbox is not None
    ticket.mailbox.survey_minutes = 60
    return ticket


def test_nobody_is_asked_who_was_never_answered(database: Database) -> None:
    shop = make_shop(database)
    with database.transaction() as session:
        ticket = make_ticket(session, shop.ann)
        plan_survey(session, ticket, NOW)
        assert surveys(session) == []


def test_the_requester_is_asked_once(database: Database) -> None:
    shop = make_shop(database)
    with database.transaction() as session:
        ticket = answered_ticket(session, shop)
        for _ in range(2):
            plan_survey(session, ticket, NOW)
        [survey] = surveys(session)
        assert (survey.recipient, survey.next_attempt_at) == ("ann@mail.example", LATER)


def test_one_that_was_taken_back_may_be_planned_again(database: Database) -> None:
    shop = make_shop(database)
    with database.transaction() as session:
        ticket = answered_ticket(session, shop)
        plan_survey(session, ticket, NOW)
        take_back_survey(session, ticket, NOW)
        session.expire_all()
        assert [survey.state for survey in surveys(session)] == ["cancelled"]
        plan_survey(session, ticket, NOW)
        assert [survey.state for survey in surveys(session)] == ["cancelled", "queued"]

"""Who is blocked, and what Postdesk by itself mails to them of tickets that stand in the inbox."""

from __future__ import annotations

from datetime import timedelta

import pytest

from helpdesk import links
from helpdesk.actions.block_sender import block_sender
from helpdesk.actions.change_ticket import change_status
from helpdesk.actions.reply import Answer, reply
from helpdesk.actions.send_fresh_link import send_fresh_link
from helpdesk.actions.send_notifications import send_notifications
from helpdesk.db import Database
from helpdesk.errors import InvalidInput
from helpdesk.models import Mailbox
from helpdesk.tickets.folders import is_blocked
from tests.conftest import SECRET
from tests.helpdesk.mails import outbox
from tests.support.factories import NOW, Shop, make_person, make_ticket

LATER = NOW + timedelta(minutes=5)


def test_a_blocked_domain_takes_those_under_it(database: Database, shop: Shop) -> None:
    with database.transaction() as session:
        block_sender(session, shop.agent, "@spam.example", now=NOW)
        block_sender(session, shop.agent, "@co.uk", now=NOW)
        for address in ("q@spam.example", "Q@Sub2.Spam.example", "q@a.b.c.spam.example", "q@co.uk"):
            assert is_blocked(session, address), address
        others = ("q@notspam.example", "q@spam.example.net", "q@example", "q@shop.co.uk", "q", "")
        for address in others:
            assert not is_blocked(session, address), address


def test_no_domain_is_blocked_that_a_colleague_is_under(database: Database, shop: Shop) -> None:
    with database.transaction() as session:
        make_person(session, "mia@mail.team.example", "agent")
        with pytest.raises(InvalidInput):
            block_sender(session, shop.agent, "@team.example", now=NOW)
        block_sender(session, shop.agent, "@am.example", now=NOW)


@pytest.mark.parametrize("rule", ["", "ann@mail.example", "@mail.example"])
def test_who_is_blocked_is_mailed_what_staff_write_alone(
    database: Database, shop: Shop, rule: str
) -> None:
    with database.transaction() as session:
        ticket = make_ticket(session, shop.ann)
        session.get_one(Mailbox, shop.mailbox.id).survey_minutes = 60
        if rule:
            block_sender(session, shop.agent, rule, now=NOW)
    before = len(outbox(database))
    with database.transaction() as session:
        reply(session, shop.agent, ticket.id, Answer("A new seal."), now=NOW)
        change_status(session, shop.agent, ticket.id, "resolved", now=LATER)
    with database.transaction() as session:
        send_notifications(session, now=LATER + timedelta(minutes=5))
        token = links.tracking_token(SECRET, ticket.id, ticket.link_generation, shop.ann.id)
        send_fresh_link(session, token, now=LATER)
    theirs = [one for one in outbox(database)[before:] if one.recipient == shop.ann.address]
    answer = "comment_added_customer"
    by_itself = ("status_changed_customer", "survey_customer", "tracking_link")
    assert {one.template for one in theirs} == {answer, *(() if rule else by_itself)}


def test_a_survey_that_has_not_left_is_taken_back(database: Database, shop: Shop) -> None:
    with database.transaction() as session:
        session.get_one(Mailbox, shop.mailbox.id).survey_minutes = 60
        for person in (shop.ann, shop.bob):
            ticket = make_ticket(session, person)
            reply(session, shop.agent, ticket.id, Answer("Done.", status="resolved"), now=NOW)
        block_sender(session, shop.agent, shop.ann.address, now=NOW)
    states = {one.recipient: one.state for one in outbox(database, "survey_customer")}
    assert states == {shop.ann.address: "cancelled", shop.bob.address: "queued"}

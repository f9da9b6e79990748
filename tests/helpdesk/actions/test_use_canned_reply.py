"""Use a canned reply on a ticket."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from helpdesk.actions.assign_team import assign_team
from helpdesk.actions.edit_canned_reply import (
    CannedReplyDraft,
    add_canned_reply,
    delete_canned_reply,
)
from helpdesk.actions.edit_team import TeamDraft, add_team
from helpdesk.actions.link_order import change_order
from helpdesk.actions.save_order import save_order
from helpdesk.actions.set_up import add_mailbox
from helpdesk.actions.use_canned_reply import take_back_use, use_canned_reply
from helpdesk.actor import SYSTEM
from helpdesk.db import Database
from helpdesk.errors import InvalidInput, NotAllowed, NotFound
from helpdesk.mail_in.incoming import NamedAddress
from helpdesk.models import CannedReply, CannedUse, Person, Ticket
from helpdesk.queries.canned_replies import offered_on
from helpdesk.tickets.access import actor_of
from helpdesk.tickets.orders import OrderDetails
from helpdesk.tickets.with_answer import WithAnswer
from tests.helpdesk.mails import mail, receive
from tests.support.factories import NOW, Shop

TEXT = """Dear {{ customer.name }},

{{ order.number }} is {{ order.status }}: {{ order.tracking_url }}
About “{{ ticket.subject }}” ({{ ticket.number }}), {{ agent.first_name }} of {{ mailbox.name }}"""
DRAFT = CannedReplyDraft("Sent", TEXT, status_after="resolved", assignee="me", priority="low")


def test_it_is_filled_in_from_the_ticket_and_counted(
    database: Database, shop: Shop, ticket: Ticket
) -> None:
    with database.transaction() as session:
        made = add_canned_reply(session, shop.agent, DRAFT, now=NOW)
        session.get_one(Person, shop.agent.person_id).name = "Bea Berg"
        session.get_one(Person, shop.ann.id).name = "Ann *Bold*"
        items = [{"name": "Kettle", "tracking_url": "https://carrier.example/1"}]
        details = OrderDetails("ann@mail.example", status="sent", items=items)
        save_order(session, shop.agent, "A_1", details, now=NOW)
        change_order(session, shop.agent, ticket.id, "A_1", now=NOW)
        used = use_canned_reply(session, shop.agent, ticket.number, made.id, now=NOW)
    assert used.filled.text == (
        "Dear Ann \\*Bold\\*,\n\nA_1 is sent: https://carrier.example/1\n"
        f"About “My kettle leaks” ({ticket.number}), Bea of Shop"
    )
    assert not used.filled.gaps
    assert used.status == "resolved"
    assert used.changes == WithAnswer("me", "low")
    with database.reading() as session:
        found = session.get_one(CannedReply, made.id)
        assert (found.used_count, found.used_at) == (1, NOW)


def test_what_the_ticket_does_not_know_is_a_gap(
    database: Database, shop: Shop, ticket: Ticket
) -> None:
    with database.transaction() as session:
        made = add_canned_reply(session, shop.agent, DRAFT, now=NOW)
        used = use_canned_reply(session, shop.agent, ticket.id, made.id, now=NOW)
    assert used.filled.gaps == (
        *("[customer name?]", "[order number?]", "[order status?]", "[order tracking url?]"),
        "[agent first name?]",
    )


@pytest.mark.parametrize("verdict", ["none", "unknown"])
def test_what_an_unproven_mail_calls_its_sender_is_sent_to_nobody(
    database: Database, shop: Shop, verdict: str
) -> None:
    """Who is in From may be a victim, and the name an attacker's words."""
    words = "Your account is closed, call 0800 11 22"
    forged = mail("victim@mail.example", verdict=verdict)
    sender = NamedAddress(words, "victim@mail.example")
    filed = receive(database, replace(forged, sender=sender, from_field=sender))
    text = "Hello {{ customer.first_name }} ({{ customer.name }}),"
    with database.transaction() as session:
        draft = CannedReplyDraft("Hello", text, note=text, checklist=(text,))
        made = add_canned_reply(session, shop.agent, draft, now=NOW)
        used = use_canned_reply(session, shop.agent, filed.ticket_id or 0, made.id, now=NOW)
        assert session.get_one(Ticket, filed.ticket_id).claimed_name == words, "staff see it"
        shown = (used.filled.text, used.changes.note, used.changes.checklist)
        assert set(shown) == {"Hello [customer first name?] ([customer name?]),"}
        session.get_one(Ticket, filed.ticket_id).requester.name = "Vic Tim"  # by staff
        used = use_canned_reply(session, shop.agent, filed.ticket_id or 0, made.id, now=NOW)
        assert used.filled.text == "Hello Vic (Vic Tim),"


def test_not_for_another_mailbox_nor_for_customers(
    database: Database, shop: Shop, ticket: Ticket
) -> None:
    with database.transaction() as session:
        other = add_mailbox(session, SYSTEM, "b2b@shop.example", name="B2B", now=NOW)
        theirs = add_canned_reply(session, shop.agent, replace(DRAFT, mailbox_id=other.id), now=NOW)
        with pytest.raises(NotFound):
            use_canned_reply(session, shop.agent, ticket.id, theirs.id, now=NOW)
        with pytest.raises(NotAllowed):
            use_canned_reply(session, actor_of(shop.ann), ticket.id, theirs.id, now=NOW)


def test_nobody_gets_it_who_left_meanwhile(database: Database, shop: Shop, ticket: Ticket) -> None:
    with database.transaction() as session:
        assignee = str(shop.agent.person_id)
        made = add_canned_reply(session, shop.agent, replace(DRAFT, assignee=assignee), now=NOW)
        session.get_one(Person, shop.agent.person_id).active = False
        used = use_canned_reply(session, shop.admin, ticket.id, made.id, now=NOW)
    assert used.changes == WithAnswer("", "low")


def test_one_of_a_team_is_for_the_tickets_of_that_team(
    database: Database, shop: Shop, ticket: Ticket
) -> None:
    with database.transaction() as session:
        team = add_team(session, shop.admin, TeamDraft("Repairs"), now=NOW)
        draft = CannedReplyDraft("Sent", "We send a part.", team_id=team.id, shortcut="s")
        made = add_canned_reply(session, shop.agent, draft, now=NOW)
        # The same name and shortcut may stand for all, as for a mailbox's own.
        add_canned_reply(session, shop.agent, replace(draft, team_id=None), now=NOW)
        with pytest.raises(InvalidInput, match="“Sent” has this name already"):
            add_canned_reply(session, shop.agent, draft, now=NOW)
        with pytest.raises(InvalidInput, match="There is no such team"):
            add_canned_reply(session, shop.agent, replace(draft, name="X", team_id=99), now=NOW)
        assert [one.team_name for one in offered_on(session, shop.agent, ticket.number)] == [""]
        with pytest.raises(NotFound):
            use_canned_reply(session, shop.agent, ticket.id, made.id, now=NOW)
    with database.transaction() as session:
        assign_team(session, shop.agent, ticket.id, team.id, now=NOW)
        found = offered_on(session, shop.agent, ticket.number)
        assert {one.team_name for one in found} == {"", "Repairs"}
        used = use_canned_reply(session, shop.agent, ticket.id, made.id, now=NOW)
        assert used.filled.text == "We send a part."


def test_a_use_that_is_taken_back_counts_no_more_and_only_once(
    database: Database, shop: Shop, ticket: Ticket
) -> None:
    later, agent = NOW + timedelta(minutes=1), shop.agent
    with database.transaction() as session:
        made = add_canned_reply(session, agent, DRAFT, now=NOW)
        other = add_canned_reply(session, agent, replace(DRAFT, name="Other"), now=NOW)
        use_canned_reply(session, agent, ticket.id, made.id, now=NOW)
        use = use_canned_reply(session, agent, ticket.id, made.id, now=later).use_id
        with pytest.raises(NotFound):
            take_back_use(session, agent, ticket.id, other.id, use)
        with pytest.raises(NotAllowed):
            take_back_use(session, actor_of(shop.ann), ticket.id, made.id, use)
        take_back_use(session, agent, ticket.id, made.id, use)
        with pytest.raises(NotFound):
            take_back_use(session, agent, ticket.id, made.id, use)
        assert (made.used_count, made.used_at) == (1, NOW)
        delete_canned_reply(session, agent, made.id, now=later)
        session.flush()
        assert not session.scalars(select(CannedUse.id)).all(), "they go with it"


def test_a_use_is_remembered_for_as_long_as_it_may_be_undone(
    database: Database, shop: Shop, ticket: Ticket
) -> None:
    late = NOW + timedelta(days=100)
    with database.transaction() as session:
        made = add_canned_reply(session, shop.agent, DRAFT, now=NOW)
        for now in (NOW, late):
            use = use_canned_reply(session, shop.agent, ticket.id, made.id, now=now).use_id
        assert session.scalars(select(CannedUse.id)).all() == [use]
        assert made.used_count == 2

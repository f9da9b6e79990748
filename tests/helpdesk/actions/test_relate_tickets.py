"""Related tickets, and child tickets that hold their parent open."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from helpdesk.actions.change_ticket import assign, change_status
from helpdesk.actions.close_resolved import close_resolved
from helpdesk.actions.relate_tickets import relate_tickets, unrelate_tickets
from helpdesk.actions.reply import Answer, reply
from helpdesk.actions.say_solved import say_solved
from helpdesk.actions.set_up import add_mailbox
from helpdesk.actions.undo_change import undo_change
from helpdesk.actor import SYSTEM, Actor
from helpdesk.db import Database
from helpdesk.errors import HeldByChildren, InvalidInput, NotAllowed
from helpdesk.models import Concern, Ticket, TicketLink
from helpdesk.queries.history import history
from helpdesk.queries.ticket import ticket_page
from helpdesk.tickets.access import actor_of
from helpdesk.vocabulary import MailboxRight, Role
from tests.helpdesk.mails import history_of
from tests.support.factories import NOW, Shop, make_ticket

LATER = NOW + timedelta(hours=1)
Three = tuple[Ticket, Ticket, Ticket]


@pytest.fixture
def three(database: Database, shop: Shop) -> Three:
    with database.transaction() as session:
        made = [make_ticket(session, who) for who in (shop.ann, shop.bob, shop.bob)]
    return made[0], made[1], made[2]


def links(database: Database) -> list[tuple[int, int, str]]:
    with database.reading() as session:
        rows = session.scalars(select(TicketLink).order_by(TicketLink.id))
        return [(one.ticket_id, one.other_id, one.kind) for one in rows]


def status(database: Database, shop: Shop, ticket: Ticket, wanted: str, **more: bool) -> str:
    with database.transaction() as session:
        return change_status(session, shop.agent, ticket.id, wanted, now=LATER, **more).status


def test_related_tickets_name_each_other_until_that_is_undone(
    database: Database, shop: Shop, three: Three
) -> None:
    one, other, _ = three
    for first, second in ((one, other.number), (other, f"#{one.number}")):  # said twice, it is once
        with database.transaction() as session:
            relate_tickets(session, shop.agent, first.id, second, "related", now=NOW)
    assert links(database) == [(one.id, other.id, "related")]
    for ticket, named in ((one, other), (other, one)):
        last = history_of(database, ticket.id)[-1]
        assert (last.field, last.old_id, last.new_value) == ("link", named.id, named.number)
    with database.transaction() as session:
        undo_change(session, shop.agent, other.id, last.id, now=LATER)
    assert links(database) == []
    undone = history_of(database, one.id)[-1]
    assert (undone.old_value, undone.new_value) == (other.number, "")
    with database.transaction() as session:
        undo_change(session, shop.agent, one.id, undone.id, now=LATER)
    assert len(links(database)) == 1
    with database.transaction() as session:
        unrelate_tickets(session, shop.agent, other.id, one.id, "related", now=LATER)
        with pytest.raises(InvalidInput, match="not linked"):
            unrelate_tickets(session, shop.agent, other.id, one.id, "related", now=LATER)


def test_what_cannot_be_related(database: Database, shop: Shop, three: Three) -> None:
    one, two, three_ = (ticket.number for ticket in three)
    with database.transaction() as session:
        relate_tickets(session, shop.agent, two, one, "parent", now=NOW)
        relate_tickets(session, shop.agent, three_, two, "parent", now=NOW)
        for first, second, relation, words in (
            (one, one, "related", "this very ticket"),
            (one, "TKT1", "related", "There is no ticket"),
            (one, two, "twin", "related, a parent or a child"),
            (one, three_, "parent", "itself a part"),
            (three_, one, "parent", "already"),
            (one, three_, "child", "already"),
        ):
            with pytest.raises(InvalidInput, match=words):
                relate_tickets(session, shop.agent, first, second, relation, now=NOW)
        with pytest.raises(NotAllowed):
            relate_tickets(session, actor_of(shop.ann), one, two, "related", now=NOW)
        narrow = Actor(shop.agent.person_id, Role.AGENT, rights={99: "manage"})
        with pytest.raises(Exception, match="no such ticket"):
            relate_tickets(session, narrow, one, two, "related", now=NOW)


def test_a_child_holds_its_parent_open(database: Database, shop: Shop, three: Three) -> None:
    parent, *children = three
    with database.transaction() as session:
        assign(session, shop.agent, parent.id, shop.agent.person_id, now=NOW)
        for child in children:
            relate_tickets(session, shop.agent, parent.id, child.number, "child", now=NOW)
    named = f"{children[0].number} and {children[1].number}"
    with pytest.raises(HeldByChildren, match=f"stays open, .*{named}"):
        status(database, shop, parent, "resolved")
    answer = Answer("Done.", status="resolved")
    with database.transaction() as session, pytest.raises(HeldByChildren):
        reply(session, shop.agent, parent.id, answer, now=LATER)
    status(database, shop, children[0], "resolved")
    assert history_of(database, parent.id)[-1].field == "child"
    with pytest.raises(HeldByChildren, match=f"child ticket is not resolved: {children[1].number}"):
        status(database, shop, parent, "resolved")
    with database.transaction() as session:
        say_solved(session, actor_of(shop.bob), children[1].id, now=LATER)
    last = history_of(database, parent.id)[-1]
    assert (last.field, last.new_value) == ("children_done", children[1].number)
    with database.reading() as session:
        told = session.scalars(select(Concern).where(Concern.kind == "children_done")).one()
        assert (told.person_id, told.ticket_id) == (shop.agent.person_id, parent.id)
    assert status(database, shop, parent, "resolved") == "resolved"


def test_it_is_resolved_anyway_and_not_closed_while_a_child_is_open(
    database: Database, shop: Shop, three: Three
) -> None:
    parent, child, _ = three
    with database.transaction() as session:
        relate_tickets(session, shop.agent, child.id, parent.id, "parent", now=NOW)
    assert status(database, shop, parent, "resolved", despite_children=True) == "resolved"
    much_later = LATER + timedelta(days=30)
    for expected in (0, 2):  # the child with it
        with database.transaction() as session:
            assert close_resolved(session, now=much_later) == expected
        if not expected:
            status(database, shop, child, "resolved")
    with database.reading() as session:
        assert session.get_one(Ticket, parent.id).status == "closed"


def test_a_child_finished_by_an_undo_tells_its_parent(
    database: Database, shop: Shop, three: Three
) -> None:
    parent, child, _ = three
    status(database, shop, child, "resolved")
    with database.transaction() as session:
        change_status(session, shop.agent, child.id, "open", now=LATER + timedelta(hours=1))
        relate_tickets(session, shop.agent, parent.id, child.number, "child", now=LATER)
    reopened = [row for row in history_of(database, child.id) if row.field == "status"][-1]
    with database.transaction() as session:
        undo_change(session, shop.agent, child.id, reopened.id, now=LATER + timedelta(hours=2))
    assert history_of(database, parent.id)[-1].field == "children_done"


def test_an_answer_resolves_it_anyway(database: Database, shop: Shop, three: Three) -> None:
    parent, child, _ = three
    with database.transaction() as session:
        relate_tickets(session, shop.agent, parent.id, child.number, "child", now=NOW)
        answer = Answer("Done.", status="resolved", despite_children=True)
        reply(session, shop.agent, parent.id, answer, now=LATER)
    with database.reading() as session:
        assert session.get_one(Ticket, parent.id).status == "resolved"


def test_the_customers_own_word_counts(database: Database, shop: Shop, three: Three) -> None:
    parent, child, _ = three
    with database.transaction() as session:
        relate_tickets(session, shop.agent, child.id, parent.id, "parent", now=NOW)
        assert say_solved(session, actor_of(shop.ann), parent.id, now=NOW).status == "resolved"


def test_a_history_names_no_ticket_or_customer_that_its_reader_does_not_see(
    database: Database, shop: Shop, three: Three
) -> None:
    parent, child, _ = three
    with database.transaction() as session:
        second = add_mailbox(session, SYSTEM, "returns@shop.example", name="Returns", now=NOW).id
        session.get_one(Ticket, parent.id).mailbox_id = shop.mailbox.id
        session.get_one(Ticket, child.id).mailbox_id = second
    narrow = Actor(
        shop.agent.person_id, Role.AGENT, rights=((shop.mailbox.id, MailboxRight.ANSWER),)
    )
    with database.transaction() as session:
        relate_tickets(session, shop.admin, parent.id, child.number, "child", now=NOW)
        say_solved(session, actor_of(shop.bob), child.id, now=LATER)
    with database.reading() as session:
        shown = ticket_page(session, narrow, parent.number).history
        single = history(session, parent.id, narrow)
        for one in (*shown, *single):
            assert child.number not in (one.old_value, one.new_value)
            assert one.by is None or one.by.id != shop.bob.id
        assert [one.new_value for one in shown[-2:]] == ["a ticket that you do not see"] * 2
        assert not any(one.can_be_undone for one in shown[-2:])
        whole = ticket_page(session, shop.admin, parent.number).history
        assert [one.new_value for one in whole[-2:]] == [child.number] * 2

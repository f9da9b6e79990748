"""The list of what concerns somebody of staff."""

from __future__ import annotations

from datetime import timedelta

import pytest

from helpdesk.actions.add_note import add_note
from helpdesk.actions.change_folder import change_folder
from helpdesk.actions.change_ticket import assign, change_status
from helpdesk.actions.mark_seen import mark_all_seen, mark_seen
from helpdesk.actions.merge_tickets import merge_tickets
from helpdesk.actions.rate_ticket import rate_ticket
from helpdesk.actions.reply import Answer, reply
from helpdesk.actions.take_back_note import take_back_note
from helpdesk.actor import Actor
from helpdesk.db import Database
from helpdesk.errors import NotAllowed
from helpdesk.models import ConcernKind, Ticket
from helpdesk.queries.concerns import ConcernRow, concern_list, unseen_since
from helpdesk.queries.views import view_counts
from helpdesk.tickets.access import actor_of
from tests.support.factories import NOW, Shop, make_ticket
from tests.support.plans import plans_of, reads_whole
from tests.support.statements import asked_of

LATER = NOW + timedelta(minutes=5)


@pytest.fixture
def ticket(database: Database, shop: Shop) -> Ticket:
    """Ann's, which nobody has."""
    with database.transaction() as session:
        return make_ticket(session, shop.ann)


def of(database: Database, actor: Actor) -> tuple[ConcernRow, ...]:
    with database.reading() as session:
        return concern_list(session, actor).rows


def unseen(database: Database, actor: Actor) -> int:
    with database.reading() as session:
        return view_counts(session, actor)["concerns"]


def give(database: Database, shop: Shop, ticket: Ticket, to: Actor | None) -> None:
    with database.transaction() as session:
        assign(session, shop.admin, ticket.id, to.person_id if to else None, now=NOW)


def test_given_answered_and_named_stand_on_it_the_newest_first(
    database: Database, shop: Shop, ticket: Ticket
) -> None:
    give(database, shop, ticket, shop.agent)
    with database.transaction() as session:
        answer = reply(session, actor_of(shop.ann), ticket.id, Answer("And the lid."), now=NOW)
        note = add_note(session, shop.admin, ticket.id, text="@agent, look.", now=LATER)
        add_note(session, shop.agent, ticket.id, text="@agent: I did.", now=LATER)
        change_status(session, shop.agent, ticket.id, "resolved", now=LATER)
        rate_ticket(session, actor_of(shop.ann), ticket.id, "bad", now=LATER)
    rows = of(database, shop.agent)
    assert [(row.kind, row.who, row.excerpt, row.comment_id) for row in rows] == [
        ("rated", "ann", "", None),
        ("mentioned", "admin", "@agent, look.", note.id),
        ("answered", "ann", "And the lid.", answer.id),
        ("assigned", "admin", "", None),
    ]
    assert {(row.ticket_number, row.subject) for row in rows} == {(ticket.number, ticket.subject)}
    assert [row.at for row in rows] == [LATER, LATER, NOW, NOW]
    assert not any(row.is_seen for row in rows)
    assert unseen(database, shop.agent) == 4
    assert of(database, shop.admin) == ()


def test_what_one_does_oneself_and_what_is_nobodys_does_not(
    database: Database, shop: Shop, ticket: Ticket
) -> None:
    with database.transaction() as session:
        reply(session, actor_of(shop.ann), ticket.id, Answer("Hello?"), now=NOW)
        assign(session, shop.agent, ticket.id, shop.agent.person_id, now=NOW)
    assert of(database, shop.agent) == ()


def test_reading_a_ticket_sees_what_stands_there(
    database: Database, shop: Shop, ticket: Ticket
) -> None:
    give(database, shop, ticket, shop.agent)
    with database.transaction() as session:
        first = add_note(session, shop.admin, ticket.id, text="@agent, look.", now=NOW)
        other = make_ticket(session, shop.bob)
        add_note(session, shop.admin, other.id, text="@agent, here too.", now=NOW)
        add_note(session, shop.admin, ticket.id, text="@agent, and again.", now=NOW)
        mark_seen(session, shop.agent, ticket.number, first.id, now=LATER)
    assert [row.is_seen for row in of(database, shop.agent)] == [False, False, True, True]
    with database.reading() as session:
        agent = shop.agent.person_id
        assert unseen_since(session, NOW, 1000) == {agent: 2}
        assert unseen_since(session, LATER, 1000) == {}


def test_all_is_seen_as_far_as_the_page_showed_it(
    database: Database, shop: Shop, ticket: Ticket
) -> None:
    give(database, shop, ticket, shop.agent)
    shown = of(database, shop.agent)[0].id
    with database.transaction() as session:
        add_note(session, shop.admin, ticket.id, text="@agent, meanwhile.", now=NOW)
        mark_all_seen(session, shop.admin, 2**70, now=LATER)
        mark_all_seen(session, shop.agent, shown, now=LATER)
        with pytest.raises(NotAllowed):
            mark_all_seen(session, actor_of(shop.ann), shown, now=LATER)
        with pytest.raises(NotAllowed):
            concern_list(session, actor_of(shop.ann))
    assert [row.is_seen for row in of(database, shop.agent)] == [False, True]


def test_what_holds_no_longer_is_no_news(database: Database, shop: Shop, ticket: Ticket) -> None:
    give(database, shop, ticket, shop.agent)
    give(database, shop, ticket, None)
    with database.transaction() as session:
        note = add_note(session, shop.admin, ticket.id, text="@agent, look.", now=NOW)
        take_back_note(session, shop.admin, note.id, now=LATER)
    assert unseen(database, shop.agent) == 0
    assert [row.kind for row in of(database, shop.agent)] == [ConcernKind.ASSIGNED]


@pytest.mark.parametrize("folder", ["spam", "trash"])
def test_what_is_in_spam_or_trash_is_on_it_no_more_until_it_is_back(
    database: Database, shop: Shop, ticket: Ticket, folder: str
) -> None:
    give(database, shop, ticket, shop.agent)
    with database.transaction() as session:
        change_folder(session, shop.admin, ticket.id, folder, now=NOW)
        add_note(session, shop.admin, ticket.id, text="@agent, look.", now=NOW)
    assert of(database, shop.agent) == ()
    assert unseen(database, shop.agent) == 0
    with database.transaction() as session:
        assert unseen_since(session, NOW - timedelta(days=1), 1000) == {shop.agent.person_id: 0}
        change_folder(session, shop.admin, ticket.id, "inbox", now=LATER)
    assert ConcernKind.ASSIGNED in [row.kind for row in of(database, shop.agent)]


def test_a_message_that_moved_is_found_and_seen_where_it_is(
    database: Database, shop: Shop, ticket: Ticket
) -> None:
    with database.transaction() as session:
        other = make_ticket(session, shop.ann)
        note = add_note(session, shop.admin, ticket.id, text="@agent, look.", now=NOW)
        merge_tickets(session, shop.admin, ticket.id, other.id, now=NOW)
    assert [row.ticket_number for row in of(database, shop.agent)] == [other.number]
    with database.transaction() as session:
        mark_seen(session, shop.agent, other.number, note.id, now=LATER)
    assert unseen(database, shop.agent) == 0


def test_it_is_walked_in_pages_by_two_questions(
    database: Database, shop: Shop, ticket: Ticket
) -> None:
    for at in range(5):
        with database.transaction() as session:
            add_note(session, shop.admin, ticket.id, text=f"@agent {at}", now=NOW)
    found, before = list[str](), None
    with database.reading() as session:
        while True:
            with asked_of(database) as asked:
                page = concern_list(session, shop.agent, before=before, size=2)
            assert len(asked) <= 2
            found += [row.excerpt for row in page.rows]
            if (before := page.next_before) is None:
                break
    assert found == [f"@agent {at}" for at in (4, 3, 2, 1, 0)]
    with database.reading() as session, plans_of(database) as plans:
        concern_list(session, shop.agent)
    if database.is_sqlite:  # with so few rows, PostgreSQL rather reads them all
        assert not reads_whole("concern", plans[0])
        assert "ix_concern_person" in plans[0]

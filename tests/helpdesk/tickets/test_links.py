"""Children and related tickets where tickets are merged; and what happens at once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from threading import Barrier, Thread

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.actions.change_ticket import change_status
from helpdesk.actions.merge_tickets import merge_tickets, take_apart
from helpdesk.actions.relate_tickets import relate_tickets, unrelate_tickets
from helpdesk.db import Database
from helpdesk.errors import HeldByChildren, HelpdeskError, InvalidInput
from helpdesk.models import Ticket, TicketLink, TicketLinkKind
from helpdesk.tickets.links import is_part_of, parents_of
from tests.helpdesk.mails import history_of
from tests.support.factories import NOW, Shop, make_ticket

LATER = NOW + timedelta(hours=1)
LAST = NOW + timedelta(hours=2)


@pytest.fixture
def some(database: Database, shop: Shop) -> list[Ticket]:
    with database.transaction() as session:
        return [make_ticket(session, shop.ann) for _ in range(4)]


def relate(database: Database, shop: Shop, one: Ticket, other: Ticket, relation: str) -> None:
    with database.transaction() as session:
        relate_tickets(session, shop.agent, one.id, other.number, relation, now=NOW)


def merge(database: Database, shop: Shop, one: Ticket, into: Ticket) -> None:
    with database.transaction() as session:
        merge_tickets(session, shop.agent, one.id, into.id, now=LATER)


def resolve(database: Database, shop: Shop, ticket: Ticket) -> None:
    with database.transaction() as session:
        change_status(session, shop.agent, ticket.id, "resolved", now=LAST)


def links(database: Database) -> set[tuple[int, int, str]]:
    with database.reading() as session:
        rows = session.scalars(select(TicketLink).where(TicketLink.kind != TicketLinkKind.MERGED))
        return {(one.ticket_id, one.other_id, one.kind) for one in rows}


def test_a_child_that_goes_on_in_another_ticket_holds_its_parent_there(
    database: Database, shop: Shop, some: list[Ticket]
) -> None:
    parent, child, other, _ = some
    relate(database, shop, parent, child, "child")
    merge(database, shop, child, other)
    assert "children_done" not in [row.field for row in history_of(database, parent.id)]
    with pytest.raises(HeldByChildren, match=other.number):
        resolve(database, shop, parent)
    with database.transaction() as session:
        take_apart(session, shop.agent, child.id, now=LAST)
    assert links(database) == {(child.id, parent.id, "child")}
    merge(database, shop, child, other)
    resolve(database, shop, other)
    assert history_of(database, parent.id)[-1].new_value == other.number
    resolve(database, shop, parent)


def test_merged_into_a_finished_one_it_is_finished(
    database: Database, shop: Shop, some: list[Ticket]
) -> None:
    parent, child, other, _ = some
    relate(database, shop, parent, child, "child")
    resolve(database, shop, other)
    merge(database, shop, child, other)
    assert history_of(database, parent.id)[-1].field == "children_done"


def test_the_children_of_a_merged_parent_hold_the_one_that_goes_on(
    database: Database, shop: Shop, some: list[Ticket]
) -> None:
    parent, child, other, related = some
    relate(database, shop, parent, child, "child")
    relate(database, shop, parent, related, "related")
    relate(database, shop, other, related, "related")
    merge(database, shop, parent, other)
    # What is said of both already is said once.
    assert links(database) >= {(child.id, other.id, "child"), (other.id, related.id, "related")}
    with pytest.raises(HeldByChildren, match=child.number):
        resolve(database, shop, other)
    with database.transaction() as session:
        take_apart(session, shop.agent, parent.id, now=LAST)
    assert (child.id, parent.id, "child") in links(database)
    resolve(database, shop, other)
    merge(database, shop, parent, other)
    with database.transaction() as session:
        unrelate_tickets(session, shop.agent, other.id, child.id, "child", now=LAST)
        relate_tickets(session, shop.agent, related.id, child.id, "child", now=LAST)
    with database.transaction() as session:  # linked anew since, it stays there
        take_apart(session, shop.agent, parent.id, now=LAST)
    assert (child.id, related.id, "child") in links(database)
    assert all(child.id != one or to == related.id for one, to, _ in links(database))


@pytest.mark.parametrize("way", ["into its parent", "the parent into it", "into the highest"])
def test_merged_within_a_family_nothing_is_a_part_of_itself(
    database: Database, shop: Shop, some: list[Ticket], way: str
) -> None:
    highest, parent, child, _ = some
    relate(database, shop, highest, parent, "child")
    relate(database, shop, parent, child, "child")
    one, into = {
        "into its parent": (child, parent),
        "the parent into it": (parent, child),
        "into the highest": (child, highest),
    }[way]
    merge(database, shop, one, into)
    with database.reading() as session:
        for ticket in (highest, parent, child):
            assert not any(
                is_part_of(session, above, ticket.id) for above in parents_of(session, ticket.id)
            )
    for ticket in (child, parent, highest):  # nothing holds itself
        if ticket is not one:
            resolve(database, shop, ticket)
    with database.transaction() as session:
        take_apart(session, shop.agent, one.id, now=LAST)
    assert links(database) == {
        (parent.id, highest.id, "child"),
        (child.id, parent.id, "child"),
    }


def test_a_long_chain_is_not_closed_to_a_loop(database: Database, shop: Shop) -> None:
    with database.transaction() as session:
        chain = [make_ticket(session, shop.ann) for _ in range(25)]
        for part, whole in zip(chain[1:], chain, strict=False):
            relate_tickets(session, shop.agent, part.id, whole.id, "parent", now=NOW)
        with pytest.raises(InvalidInput, match="itself a part"):
            relate_tickets(session, shop.agent, chain[0].id, chain[-1].id, "parent", now=NOW)


def at_once(database: Database, *acts: Callable[[Session], object]) -> list[Exception]:
    """Have each done in a transaction of its own, which begin together; what was refused."""
    ready, refused = Barrier(len(acts)), list[Exception]()

    def do(act: Callable[[Session], object]) -> None:
        ready.wait(10)
        try:
            with database.transaction() as session:
                act(session)
        except HelpdeskError as problem:
            refused.append(problem)

    threads = [Thread(target=do, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return refused


def test_the_last_two_children_finished_at_once_tell_it(
    database: Database, shop: Shop, some: list[Ticket]
) -> None:
    for one, other in ((some[0], some[1]), (some[2], some[3])):
        with database.transaction() as session:
            parent = make_ticket(session, shop.bob)
        for child in (one, other):
            relate(database, shop, parent, child, "child")
        refused = at_once(
            database,
            lambda s, id=one.id: change_status(s, shop.agent, id, "resolved", now=LATER),
            lambda s, id=other.id: change_status(s, shop.admin, id, "resolved", now=LATER),
        )
        assert refused == []
        said = [row.field for row in history_of(database, parent.id)]
        assert said.count("children_done") == 1


def test_two_links_at_once_close_no_loop(
    database: Database, shop: Shop, some: list[Ticket]
) -> None:
    one, two, three, four = some
    relate(database, shop, one, two, "parent")
    relate(database, shop, three, four, "parent")
    refused = at_once(
        database,
        lambda s: relate_tickets(s, shop.agent, two.id, three.id, "parent", now=LATER),
        lambda s: relate_tickets(s, shop.admin, four.id, one.id, "parent", now=LATER),
    )
    assert ["itself a part" in str(problem) for problem in refused] == [True]


def test_a_child_is_finished_while_it_is_linked(
    database: Database, shop: Shop, some: list[Ticket]
) -> None:
    """Neither waits for what the other one holds."""
    parent, child, *_ = some
    relate(database, shop, parent, child, "child")
    refused = at_once(
        database,
        lambda s: change_status(s, shop.agent, child.id, "resolved", now=LATER),
        lambda s: relate_tickets(s, shop.admin, parent.id, child.id, "related", now=LATER),
    )
    assert refused == []
    assert (parent.id, child.id, "related") in links(database)
    assert history_of(database, parent.id)[-1].field in ("children_done", "link")

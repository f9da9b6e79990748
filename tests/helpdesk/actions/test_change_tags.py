"""Tags on a ticket: put on, taken off, in the history, undone, and on many tickets at once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import pytest
from sqlalchemy import select

from helpdesk.actions.change_many import Selection, begin_bulk
from helpdesk.actions.change_tags import change_tags, set_tags
from helpdesk.actions.edit_tags import delete_tag, rename_tag
from helpdesk.actions.undo_change import newest_change, undo_change
from helpdesk.db import Database
from helpdesk.errors import InvalidInput, NotAllowed, NotFound
from helpdesk.models import BulkState, Tag, Ticket
from helpdesk.queries.history import history
from helpdesk.queries.queue import queue_page
from helpdesk.queries.ticket import ticket_page
from helpdesk.tickets.access import actor_of
from helpdesk.tickets.tags import find_or_make_tag
from tests.helpdesk.actions.test_change_many import change, finish, make_tickets, undo
from tests.support.factories import NOW, Shop, make_ticket
from web.labels import change_label

LATER = NOW + timedelta(minutes=5)


@pytest.fixture
def ticket(database: Database, shop: Shop) -> Ticket:
    with database.transaction() as session:
        return make_ticket(session, shop.ann)


def put(
    database: Database,
    shop: Shop,
    ticket: Ticket,
    add: Sequence[str] = (),
    remove: Sequence[str] = (),
    minutes: int = 5,
) -> int:
    """Change a ticket's tags; the id of the change."""
    at = NOW + timedelta(minutes=minutes)
    with database.transaction() as session:
        change_tags(session, shop.agent, ticket.id, add=add, remove=remove, now=at)
        return newest_change(session, shop.agent, session.get_one(Ticket, ticket.id), at) or 0


def back(database: Database, shop: Shop, ticket: Ticket, change_id: int, minutes: int = 9) -> None:
    with database.transaction() as session:
        at = NOW + timedelta(minutes=minutes)
        undo_change(session, shop.agent, ticket.id, change_id, now=at)


def tags(database: Database, shop: Shop, ticket: Ticket) -> list[str]:
    with database.reading() as session:
        on_page = ticket_page(session, shop.agent, ticket.number).ticket.tags
        (row,) = (r for r in queue_page(session, shop.agent, "all").rows if r.id == ticket.id)
    assert on_page == row.tags
    return [tag.name for tag in on_page]


def told(database: Database, shop: Shop, ticket: Ticket) -> list[str]:
    with database.reading() as session:
        return [
            change_label(line)
            for line in ticket_page(session, shop.agent, ticket.number).history
            if line.field == "tag"
        ]


def test_they_are_put_on_and_taken_off_with_one_line_each_time(
    database: Database, shop: Shop, ticket: Ticket
) -> None:
    put(database, shop, ticket, ["refund", "Late  parcel"])
    assert tags(database, shop, ticket) == ["Late parcel", "refund"]
    put(database, shop, ticket, ["VIP", "REFUND"], ["late PARCEL", "never there"], minutes=6)
    assert tags(database, shop, ticket) == ["refund", "VIP"], "capitals make no difference"
    assert told(database, shop, ticket) == [
        "Tag: + Late parcel, + refund",
        "Tag: − Late parcel, + VIP",
    ]
    with database.reading() as session:
        rows = [(row.old_value, row.new_value) for row in history(session, ticket.id)]
    assert rows[-2:] == [("Late parcel", ""), ("", "VIP")], "programs read each by itself"


def test_nothing_is_said_where_nothing_changed(
    database: Database, shop: Shop, ticket: Ticket
) -> None:
    put(database, shop, ticket, ["refund"])
    assert put(database, shop, ticket, ["Refund"], ["other"], minutes=6) == 0


def test_an_act_is_undone_as_one_unless_a_tag_of_it_changed_since(
    database: Database, shop: Shop, ticket: Ticket
) -> None:
    put(database, shop, ticket, ["old"], minutes=1)
    first = put(database, shop, ticket, ["a", "b"], ["old"], minutes=2)
    put(database, shop, ticket, ["c"], minutes=3)
    back(database, shop, ticket, first, minutes=4)
    assert tags(database, shop, ticket) == ["c", "old"], "another tag is no matter"
    second = put(database, shop, ticket, ["a", "b"], minutes=5)
    put(database, shop, ticket, remove=["a"], minutes=6)
    with pytest.raises(InvalidInput, match="changed again"):
        back(database, shop, ticket, second)


def test_undone_after_a_rename_and_after_the_tag_is_gone(
    database: Database, shop: Shop, ticket: Ticket
) -> None:
    added = put(database, shop, ticket, ["refund"], minutes=1)
    with database.transaction() as session:
        tag = find_or_make_tag(session, "refund", NOW)
        rename_tag(session, shop.admin, tag.id, "money back", now=LATER)
    back(database, shop, ticket, added, minutes=2)
    assert tags(database, shop, ticket) == []
    again = put(database, shop, ticket, ["money back"], minutes=3)
    with database.transaction() as session:
        delete_tag(session, shop.admin, tag.id, now=LATER)
    with pytest.raises(InvalidInput, match="deleted or merged"):
        back(database, shop, ticket, again)


def test_by_a_name_that_it_had_before_the_tag_itself_is_meant(
    database: Database, shop: Shop, ticket: Ticket
) -> None:
    with database.transaction() as session:
        vip = find_or_make_tag(session, "VIP", NOW).id
        rename_tag(session, shop.admin, vip, "VIP gold", now=LATER)
    put(database, shop, ticket, ["vip", "Vip gold"])
    assert tags(database, shop, ticket) == ["VIP gold"]
    put(database, shop, ticket, remove=["VIP"], minutes=6)
    assert tags(database, shop, ticket) == []
    with database.transaction() as session:
        chosen = Selection([ticket.id])
        bulk = begin_bulk(session, shop.agent, chosen, "add_tag", "vip", now=LATER)
        assert bulk.value == "VIP gold"
    finish(database, shop, bulk.id)
    with database.transaction() as session:
        set_tags(session, shop.agent, ticket.id, ["vip"], now=LATER)
        assert session.scalars(select(Tag.name)).all() == ["VIP gold"]
        # An admin may call a tag so; then that one is meant.
        other = find_or_make_tag(session, "other", NOW).id
        rename_tag(session, shop.admin, other, "vip", now=LATER)
    put(database, shop, ticket, ["vip"], minutes=8)
    assert tags(database, shop, ticket) == ["vip", "VIP gold"]


def test_set_tags_replaces_all(database: Database, shop: Shop, ticket: Ticket) -> None:
    put(database, shop, ticket, ["a", "b"])
    with database.transaction() as session:
        set_tags(session, shop.agent, ticket.id, ["B", "c"], now=LATER)
    assert tags(database, shop, ticket) == ["b", "c"]


@pytest.mark.parametrize(
    "names", [[" "], ["x" * 41], ["a,b"], ['a "b"'], [f"t{number}" for number in range(21)]]
)
def test_what_is_no_tag_is_refused(
    database: Database, shop: Shop, ticket: Ticket, names: list[str]
) -> None:
    with database.transaction() as session, pytest.raises(InvalidInput) as problem:
        change_tags(session, shop.agent, ticket.id, add=names, now=LATER)
    assert problem.value.field == "tags"
    assert tags(database, shop, ticket) == []


def test_only_staff_may(database: Database, shop: Shop, ticket: Ticket) -> None:
    with database.transaction() as session:
        with pytest.raises(NotAllowed):
            change_tags(session, actor_of(shop.ann), ticket.id, add=["a"], now=LATER)
        with pytest.raises(NotFound):
            change_tags(session, actor_of(shop.bob), ticket.id, add=["a"], now=LATER)


def test_many_get_a_tag_and_lose_it_in_one_act_each(database: Database, shop: Shop) -> None:
    first, second = make_tickets(database, shop, 2)
    put(database, shop, second, ["refund"])
    chosen = Selection([first.id, second.id])
    added = change(database, shop, chosen, "add_tag", "Refund")
    assert (added.counts[BulkState.DONE], added.counts[BulkState.UNCHANGED]) == (1, 1)
    assert tags(database, shop, first) == ["refund"]
    undo(database, shop, added.id)
    assert (tags(database, shop, first), tags(database, shop, second)) == ([], ["refund"])
    change(database, shop, chosen, "remove_tag", "refund")
    assert tags(database, shop, second) == []
    with database.transaction() as session, pytest.raises(InvalidInput):
        begin_bulk(session, shop.agent, chosen, "add_tag", "", now=LATER)

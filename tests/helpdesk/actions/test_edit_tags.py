"""What admins do to tags: for all tickets that have them, at once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from helpdesk.actions.change_tags import change_tags
from helpdesk.actions.edit_tags import (
    MOST_FORMER,
    colour_tag,
    delete_tag,
    merge_tags,
    rename_tag,
)
from helpdesk.actions.save_view import ViewDraft, save_view
from helpdesk.db import Database
from helpdesk.errors import InvalidInput, NotAllowed, NotFound
from helpdesk.models import AuditEntry, AuditKind, FormerTagName, SavedView, Tag
from helpdesk.queries.filters import QueueFilter
from helpdesk.queries.queue import queue_page
from helpdesk.queries.tags import called_now
from helpdesk.queries.ticket_conditions import TicketFilter
from helpdesk.queries.ticket_list import ticket_list
from helpdesk.tickets.tags import find_or_make_tag, tags_on
from tests.support.factories import NOW, Shop, make_ticket

LATER = NOW + timedelta(minutes=5)


@pytest.fixture
def made(database: Database, shop: Shop) -> list[int]:
    """Three tickets: with ``a``, with ``b``, and with both."""
    found = []
    with database.transaction() as session:
        for names in (["a"], ["b"], ["a", "b"]):
            ticket = make_ticket(session, shop.ann)
            change_tags(session, shop.agent, ticket.id, add=names, now=NOW)
            found.append(ticket.id)
    return found


def tag_id(database: Database, name: str) -> int:
    with database.transaction() as session:
        return find_or_make_tag(session, name, NOW).id


def names(database: Database, tickets: list[int]) -> list[list[str]]:
    with database.reading() as session:
        on = tags_on(session, tickets)
    return [[tag.name for tag in on.get(ticket, ())] for ticket in tickets]


def test_a_new_name_and_a_new_colour(database: Database, shop: Shop, made: list[int]) -> None:
    with database.transaction() as session:
        a = find_or_make_tag(session, "a", NOW)
        rename_tag(session, shop.admin, a.id, "A", now=LATER)
        with pytest.raises(InvalidInput, match="merge"):
            rename_tag(session, shop.admin, a.id, "B", now=LATER)
        colour_tag(session, shop.admin, a.id, "red", now=LATER)
        with pytest.raises(InvalidInput):
            colour_tag(session, shop.admin, a.id, "infrared", now=LATER)
    assert names(database, made) == [["A"], ["b"], ["A", "b"]]
    with database.reading() as session:
        ((tag,),) = tags_on(session, made[:1]).values()
        assert tag.colour == "red"
        log = session.scalars(select(AuditEntry.field).where(AuditEntry.kind == AuditKind.TAG))
        assert sorted(log) == ["colour", "name"]


def test_merged_the_other_stands_wherever_this_one_did(
    database: Database, shop: Shop, made: list[int]
) -> None:
    a, b = tag_id(database, "a"), tag_id(database, "b")
    with database.transaction() as session:
        with pytest.raises(InvalidInput):
            merge_tags(session, shop.admin, a, a, now=LATER)
        assert merge_tags(session, shop.admin, a, b, now=LATER) == 2
    assert names(database, made) == [["b"], ["b"], ["b"]]
    with database.reading() as session:
        assert session.scalars(select(Tag.name)).all() == ["b"]


def test_deleted_it_is_gone_from_all(database: Database, shop: Shop, made: list[int]) -> None:
    a = tag_id(database, "a")
    with database.transaction() as session:
        assert delete_tag(session, shop.admin, a, now=LATER) == 2
    assert names(database, made) == [[], ["b"], ["b"]]
    assert tag_id(database, "new") != a, "the history of tickets names it by its id"


def test_only_admins_may_and_only_what_is_there(
    database: Database, shop: Shop, made: list[int]
) -> None:
    a = tag_id(database, "a")
    with database.transaction() as session:
        with pytest.raises(NotAllowed):
            delete_tag(session, shop.agent, a, now=LATER)
        with pytest.raises(NotFound):
            merge_tags(session, shop.admin, a, a + 99, now=LATER)


def test_saved_views_look_for_it_by_its_new_name(database: Database, shop: Shop) -> None:
    with database.transaction() as session:
        vip = find_or_make_tag(session, "VIP", NOW).id
        other = find_or_make_tag(session, "key account", NOW).id
        draft = ViewDraft("VIPs", 'tag:vip -tag:"VIP" kettle tag:vips subject:"tag:vip"')
        view = save_view(session, shop.agent, draft, now=NOW).id
        rename_tag(session, shop.admin, vip, "Premium", now=LATER)
        said = session.get_one(SavedView, view).search
        assert said == 'tag:Premium -tag:Premium kettle tag:vips subject:"tag:vip"'
        merge_tags(session, shop.admin, vip, other, now=LATER)
        said = session.get_one(SavedView, view).search
        assert said.startswith('tag:"key account" -tag:"key account" kettle tag:vips')


def test_by_a_name_that_it_had_before_its_tickets_are_still_found(
    database: Database, shop: Shop, made: list[int]
) -> None:
    tickets = {str(number): at for at, number in enumerate(made)}

    def found(search: str) -> list[int]:
        with database.reading() as session:
            page = queue_page(session, shop.agent, "all", QueueFilter(search=search))
            of_tag = TicketFilter(tag=[search.removeprefix("tag:")])
            listed = ticket_list(session, shop.agent, of_tag)
        ids = sorted(tickets[str(row.id)] for row in page.rows)
        if search.startswith("tag:"):
            assert sorted(tickets[str(one.ticket.id)] for one in listed.tickets) == ids
        return ids

    def called() -> dict[str, str]:
        with database.reading() as session:
            return called_now(session, ["a", "b", "a1", "a2"])

    with database.transaction() as session:
        tag = find_or_make_tag(session, "a", NOW)
        rename_tag(session, shop.admin, tag.id, "a1", now=LATER)
        rename_tag(session, shop.admin, tag.id, "a2", now=LATER)
    assert [found(f"tag:{name}") for name in ("a", "A1", "a2", "b")] == [*[[0, 2]] * 3, [1, 2]]
    assert found("-tag:a") == [1]
    assert called() == {"a": "a2", "a1": "a2"}
    # Merged, all its names lead to the other one.
    b = tag_id(database, "b")
    with database.transaction() as session:
        merge_tags(session, shop.admin, tag.id, b, now=LATER)
    assert [found(f"tag:{name}") for name in ("a", "a1", "a2", "b")] == [[0, 1, 2]] * 4
    assert called() == {"a": "b", "a1": "b", "a2": "b"}
    # A tag that an admin calls so comes first.
    with database.transaction() as session:
        change_tags(session, shop.agent, made[0], add=["another"], now=LATER)
        another = find_or_make_tag(session, "another", NOW)
        rename_tag(session, shop.admin, another.id, "a", now=LATER)
    assert (found("tag:a"), found("tag:a1")) == ([0], [0, 1, 2])
    assert called() == {"a1": "b", "a2": "b"}
    # Renamed itself, it is the one that had the name last; deleted, none had.
    with database.transaction() as session:
        new = find_or_make_tag(session, "a", NOW)
        rename_tag(session, shop.admin, new.id, "other", now=LATER)
    assert (found("tag:a"), called()["a"]) == ([0], "other")
    with database.transaction() as session:
        delete_tag(session, shop.admin, new.id, now=LATER)
    assert (found("tag:a"), called()) == ([], {"a1": "b", "a2": "b"})


def test_of_many_former_names_the_newest_are_kept(
    database: Database, shop: Shop, made: list[int]
) -> None:
    a = tag_id(database, "a")
    with database.transaction() as session:
        for at in range(MOST_FORMER + 2):
            moment = LATER + timedelta(minutes=at)
            rename_tag(session, shop.admin, a, f"a{at}", now=moment)
        kept = session.scalars(select(FormerTagName.folded)).all()
    assert len(kept) == MOST_FORMER
    assert {"a", "a0"}.isdisjoint(kept)
    assert f"a{MOST_FORMER}" in kept
